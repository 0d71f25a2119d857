/**
 * Standard errors, comparisons of two and of many rows, ties, fits. Distributions come from Hipparchus; every figure is
 * deterministic. Values are checked against SciPy and statsmodels by {@code src/test/python/statistics_values.py} and
 * {@code statistics_reference.py} and their outputs.
 */
package org.bitrank.engine.statistics;
