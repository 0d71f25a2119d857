/** HQQ: codes with zero points that are no whole numbers. */
package org.bitrank.engine.checkpoint.hqq;
