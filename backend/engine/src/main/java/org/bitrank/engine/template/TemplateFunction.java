package org.bitrank.engine.template;

/** Something that a template may call. */
@FunctionalInterface
public interface TemplateFunction {
    Object call(Arguments arguments);
}
