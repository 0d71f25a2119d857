/** Models, task suites and machines. */
package org.bitrank.web.data;
