/** Size, effective bits, speed and memory. */
package org.bitrank.engine.measure;
