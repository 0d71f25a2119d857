/** Text to token ids and back; chat templates. */
package org.bitrank.engine.tokenizer;
