/** Recipes: what can be said in one, how it is read, checked and described to forms and schemas. */
package org.bitrank.engine.quantize.recipe;
