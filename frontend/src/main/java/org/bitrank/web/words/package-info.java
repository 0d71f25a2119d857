/** How figures are written on pages: significant digits, real minus signs, units that people say. */
package org.bitrank.web.words;
