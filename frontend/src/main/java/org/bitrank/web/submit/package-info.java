/** Sending a recipe or a checkpoint: the form is what the method's own options describe. */
package org.bitrank.web.submit;
