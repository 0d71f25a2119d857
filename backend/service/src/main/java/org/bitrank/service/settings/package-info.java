/** What an operator can set, and where things lie under the home directory. */
package org.bitrank.service.settings;
