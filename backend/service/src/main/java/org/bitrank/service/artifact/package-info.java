/** What can be downloaded: archives named by their content. */
package org.bitrank.service.artifact;
