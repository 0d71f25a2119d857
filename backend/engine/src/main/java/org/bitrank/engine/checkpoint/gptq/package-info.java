/** GPTQ, both conventions of zero points. */
package org.bitrank.engine.checkpoint.gptq;
