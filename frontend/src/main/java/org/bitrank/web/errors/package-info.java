/** What went wrong, and whose turn it is: a page for people, problem details (RFC 9457) for programs. */
package org.bitrank.web.errors;
