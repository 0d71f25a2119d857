/** Rows: what was measured or published, number by number, and where each number comes from. */
package org.bitrank.service.result;
