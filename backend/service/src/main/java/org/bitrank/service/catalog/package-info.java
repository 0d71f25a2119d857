/** What there is: models, methods, tasks, hardware, and what papers published. */
package org.bitrank.service.catalog;
