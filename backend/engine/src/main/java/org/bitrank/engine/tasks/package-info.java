/** Task definitions in lm-evaluation-harness's language: prompts, few-shot, metrics. */
package org.bitrank.engine.tasks;
