/**
 * The queue and what works it off. The table {@code run} is the queue that people see; db-scheduler decides which worker
 * takes which run, and notices workers that died.
 */
package org.bitrank.service.run;
