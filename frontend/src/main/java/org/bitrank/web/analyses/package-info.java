/** What many rows say together: which choices matter, and how quality grows with size. */
package org.bitrank.web.analyses;
