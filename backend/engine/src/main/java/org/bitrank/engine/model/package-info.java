/** Architectures as data on a few blocks. */
package org.bitrank.engine.model;
