/** What many rows say together: which factors matter, and how quality grows with size. */
package org.bitrank.service.analysis;
