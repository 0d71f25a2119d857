/** What each method does, its options, and where its rows stand. */
package org.bitrank.web.methods;
