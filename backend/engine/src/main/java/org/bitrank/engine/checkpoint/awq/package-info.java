/** AWQ: gemm, which is read and written; gemv and its fast relative, which are read. */
package org.bitrank.engine.checkpoint.awq;
