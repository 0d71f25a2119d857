/** What people send: a recipe or a checkpoint; checked, told apart from what was sent before, put in the queue. */
package org.bitrank.service.submission;
