/**
 * What stands between the network and an application without accounts: whoever reaches it is its operator, so that other
 * people's web pages must not reach it through the operator's browser.
 */
package org.bitrank.web.guard;
