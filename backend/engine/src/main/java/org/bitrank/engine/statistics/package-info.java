/** Standard errors, paired differences, ties. */
package org.bitrank.engine.statistics;
