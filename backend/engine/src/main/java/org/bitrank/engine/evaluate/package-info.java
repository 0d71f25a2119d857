/**
 * From a task's requests to numbers with the fewest forward tokens: {@link org.bitrank.engine.evaluate.Evaluator} measures a
 * model, alone or against its base, and can go on where a killed run stopped.
 */
package org.bitrank.engine.evaluate;
