package org.bitrank.engine.quantize.recipe;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * One setting of a recipe, written on the record component that holds it. Validation, JSON schema, web form, {@code --help}
 * and documentation are all derived from it, so a setting is described once.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Option {
    /** One line for people. */
    String help();

    /** The default as one writes it in a recipe; a list's items are separated by commas. */
    String defaultValue();

    double minimum() default Double.NEGATIVE_INFINITY;

    double maximum() default Double.POSITIVE_INFINITY;

    /** The only values of a text, or of a list's items; empty where any text will do. An enum component has its constants. */
    String[] choices() default {};

    /** Words that stand for numbers outside the range: {@code "channel=-1"}. */
    String[] words() default {};
}
