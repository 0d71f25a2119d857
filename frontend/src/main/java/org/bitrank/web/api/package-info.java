/** What all of {@code /api/v1} has in common: its index, its description, the parameters that it takes. */
package org.bitrank.web.api;
