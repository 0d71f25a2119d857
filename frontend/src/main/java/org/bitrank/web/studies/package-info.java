/** Other people's tables as printed, with what is known to be wrong beside the cells concerned. */
package org.bitrank.web.studies;
