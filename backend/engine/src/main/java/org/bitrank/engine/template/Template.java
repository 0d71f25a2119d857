package org.bitrank.engine.template;

import java.util.List;
import java.util.Map;

/** A template, read once and rendered often, by several threads if need be. */
public final class Template {
    private final List<Node> nodes;
    private final TemplateSettings settings;

    private Template(List<Node> nodes, TemplateSettings settings) {
        this.nodes = nodes;
        this.settings = settings;
    }

    /** Throws {@link TemplateException} where the source is not a template of the part of Jinja2 that we know. */
    public static Template parse(String source, TemplateSettings settings) {
        try {
            return new Template(new NodeParser(new TemplateScanner(source, settings).pieces()).parse(), settings);
        } catch (StackOverflowError e) {
            throw new TemplateException("the template is nested too deeply");
        }
    }

    /** Variables are Java's strings, booleans, longs, doubles, lists, maps and null. */
    public String render(Map<String, ?> variables) {
        try {
            return new Renderer(settings, variables).render(nodes);
        } catch (StackOverflowError e) {
            throw new TemplateException("the template calls itself without end");
        }
    }

    /** The value itself where the template is nothing but one expression; else the rendered text. */
    public Object evaluate(Map<String, ?> variables) {
        if (nodes.size() == 1 && nodes.getFirst() instanceof Node.Output(Expression expression)) {
            return new Renderer(settings, variables).value(expression);
        }
        return render(variables);
    }
}
