/** The board: what each quantized version loses against its base and what it saves; as page, CSV, JSON and REST list. */
package org.bitrank.web.board;
