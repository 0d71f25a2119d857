package org.bitrank.engine.tasks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bitrank.engine.template.Template;
import org.bitrank.engine.template.TemplateException;
import org.bitrank.kernels.BitRankException;

/** What a task makes of a document: a column, a template, a fixed value or a function. */
sealed interface DocumentField {
    /** @param columns of the data set: a text that is the name of one means that column */
    Object of(Map<String, Object> document, Set<String> columns);

    record Fixed(Object value) implements DocumentField {
        @Override
        public Object of(Map<String, Object> document, Set<String> columns) {
            return value;
        }
    }

    record Computed(TaskFunctions.OfDocument function) implements DocumentField {
        @Override
        public Object of(Map<String, Object> document, Set<String> columns) {
            return function.apply(document);
        }
    }

    record Text(String source, Template template, String where) implements DocumentField {
        @Override
        public Object of(Map<String, Object> document, Set<String> columns) {
            return columns.contains(source) ? document.get(source) : rendered(document);
        }

        boolean isColumn(Set<String> columns) {
            return columns.contains(source);
        }

        String rendered(Map<String, Object> document) {
            try {
                return template.render(document);
            } catch (TemplateException e) {
                throw failure(e);
            }
        }

        /** A list where the template is an expression for one, else what it prints. */
        Object evaluated(Map<String, Object> document) {
            try {
                return template.evaluate(document);
            } catch (TemplateException e) {
                throw failure(e);
            }
        }

        private BitRankException failure(TemplateException e) {
            return BitRankException.badInput(where + " does not fit its documents: " + e.getMessage(), e);
        }
    }

    /**
     * @param name of the field
     * @param file what to call the task file in messages
     */
    static DocumentField parse(Object raw, String name, String file, TaskFunctions functions) {
        String where = file + ": " + name;
        return switch (raw) {
            case null -> null;
            case String source -> new Text(source, template(source, where), where);
            case YamlValues.FunctionName function -> new Computed(functions.ofDocument(function.name(), name));
            case Map<?, ?> map -> new Fixed(new ArrayList<Object>(map.values()));
            case Boolean flag -> new Fixed(flag);
            case List<?> list -> new Fixed(List.copyOf(list));
            case Long number -> new Fixed(number);
            default -> throw BitRankException.badInput(where + " must be a text, a number, a list or a function");
        };
    }

    private static Template template(String source, String where) {
        try {
            return Template.parse(source, TaskTemplates.SETTINGS);
        } catch (TemplateException e) {
            throw BitRankException.badInput(where + " is not a template: " + e.getMessage(), e);
        }
    }
}
