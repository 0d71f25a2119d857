/** News to open pages by server-sent events, and the pulse in the head of every page. */
package org.bitrank.web.live;
