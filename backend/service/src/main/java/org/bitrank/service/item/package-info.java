/** What a model answered to every single item of a task, beside what its base answered. */
package org.bitrank.service.item;
