/** Calibration data, and what is learnt of layers' inputs from them. */
package org.bitrank.engine.quantize.calibration;
