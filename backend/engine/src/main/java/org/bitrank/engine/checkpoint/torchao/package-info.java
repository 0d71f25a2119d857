/** torchao, which is read. */
package org.bitrank.engine.checkpoint.torchao;
