/**
 * Standard errors, paired differences, ties. Distributions come from Hipparchus; every figure is deterministic. Values are
 * checked against SciPy by {@code src/test/python/statistics_values.py} and its output.
 */
package org.bitrank.engine.statistics;
