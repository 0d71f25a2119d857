/** The drawings of the pages: SVG written on the server, each with a text alternative, none needing a script. */
package org.bitrank.web.chart;
