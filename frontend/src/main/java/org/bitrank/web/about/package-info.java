/** How things are measured and what the columns mean. */
package org.bitrank.web.about;
