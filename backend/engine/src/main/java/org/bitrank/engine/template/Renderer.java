package org.bitrank.engine.template;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bitrank.engine.template.Expression.CallArguments;

/** One rendering: gives nodes their text and expressions their values. */
final class Renderer {
    /** A template from a stranger's checkpoint must end. */
    private static final long MOST_STEPS = 20_000_000;

    /**
     * Macros inside macros. Far fewer than the stack of any thread holds: where a stack ends depends on what is compiled, and a class that is just
     * being loaded there stays unusable.
     */
    private static final int MOST_CALLS = 200;

    private enum Flow {
        GO_ON,
        BREAK,
        CONTINUE
    }

    private final TemplateSettings settings;
    private final Scope top;
    private Scope scope;
    private int depth;
    private int calls;
    private long steps;

    Renderer(TemplateSettings settings, Map<String, ?> variables) {
        this.settings = settings;
        var globals = new Scope(null);
        Globals.ALL.forEach(globals::set);
        settings.globals().forEach(globals::set);
        variables.forEach(globals::set);
        top = new Scope(globals);
        scope = top;
    }

    String render(List<Node> nodes) {
        var out = new StringBuilder();
        render(nodes, out);
        return out.toString();
    }

    private Flow render(List<Node> nodes, StringBuilder out) {
        for (Node node : nodes) {
            Flow flow = render(node, out);
            if (flow != Flow.GO_ON) {
                return flow;
            }
            if (out.length() > Values.MOST) {
                throw new TemplateException("the template prints more than " + Values.MOST + " characters");
            }
        }
        return Flow.GO_ON;
    }

    private Flow render(Node node, StringBuilder out) {
        step();
        switch (node) {
            case Node.Text(String text) -> out.append(text);
            case Node.Output(Expression value) -> out.append(Values.text(value(value)));
            case Node.If condition -> {
                return conditional(condition, out);
            }
            case Node.For loop -> loop(loop, out);
            case Node.Set(List<String> names, Expression value) -> assign(names, value(value));
            case Node.SetAttribute(String namespace, String name, Expression value) -> {
                if (!(scope.get(namespace, null) instanceof Namespace target)) {
                    throw new TemplateException("'" + namespace + "' is not a namespace");
                }
                target.values().put(name, value(value));
            }
            case Node.SetBlock(String name, Expression.Filter filter, List<Node> body) -> scope.set(
                    name, filter == null ? inner(body) : filtered(inner(body), filter));
            case Node.Macro macro -> scope.set(macro.name(), (TemplateFunction) arguments -> call(macro, arguments));
            case Node.FilterBlock(Expression.Filter filter, List<Node> body) -> out.append(Values.text(filtered(inner(body), filter)));
            case Node.Block(List<Node> body) -> {
                return render(body, out);
            }
            case Node.Break _ -> {
                return Flow.BREAK;
            }
            case Node.Continue _ -> {
                return Flow.CONTINUE;
            }
        }
        return Flow.GO_ON;
    }

    private String inner(List<Node> body) {
        Scope outer = scope;
        scope = new Scope(outer);
        try {
            return render(body);
        } finally {
            scope = outer;
        }
    }

    private Flow conditional(Node.If node, StringBuilder out) {
        for (int i = 0; i < node.bodies().size(); i++) {
            if (i == node.conditions().size() || Values.truth(value(node.conditions().get(i)))) {
                return render(node.bodies().get(i), out);
            }
        }
        return Flow.GO_ON;
    }

    private void loop(Node.For loop, StringBuilder out) {
        Scope outer = scope;
        List<Object> items = Values.items(value(loop.items()));
        try {
            if (loop.condition() != null) {
                items.removeIf(item -> {
                    scope = new Scope(outer);
                    assign(loop.names(), item);
                    return !Values.truth(value(loop.condition()));
                });
            }
            depth++;
            for (int i = 0; i < items.size(); i++) {
                scope = new Scope(outer);
                scope.set("loop", new LoopState(items, i, depth));
                assign(loop.names(), items.get(i));
                if (render(loop.body(), out) == Flow.BREAK) {
                    break;
                }
            }
            depth--;
            if (items.isEmpty()) {
                scope = new Scope(outer);
                render(loop.otherwise(), out);
            }
        } finally {
            scope = outer;
        }
    }

    private void assign(List<String> names, Object value) {
        if (names.size() == 1) {
            scope.set(names.getFirst(), value);
            return;
        }
        List<Object> values = Values.items(value);
        if (values.size() != names.size()) {
            throw new TemplateException(values.size() + " values for the names " + names);
        }
        for (int i = 0; i < names.size(); i++) {
            scope.set(names.get(i), values.get(i));
        }
    }

    private Object call(Node.Macro macro, Arguments arguments) {
        if (calls == MOST_CALLS) {
            throw new TemplateException("the template calls itself without end");
        }
        calls++;
        Scope caller = scope;
        scope = new Scope(top);
        try {
            for (int i = 0; i < macro.parameters().size(); i++) {
                String name = macro.parameters().get(i);
                Object given = arguments.get(i, name, Undefined.MISSING);
                if (given == Undefined.MISSING) {
                    Expression otherwise = macro.defaults().get(i);
                    given = otherwise == null ? new Undefined("'" + name + "'", settings.strict()) : value(otherwise);
                }
                scope.set(name, given);
            }
            return render(macro.body());
        } finally {
            calls--;
            scope = caller;
        }
    }

    Object value(Expression expression) {
        step();
        return switch (expression) {
            case Expression.Literal(Object value) -> value;
            case Expression.Name(String name) -> scope.get(name, new Undefined("'" + name + "'", settings.strict()));
            case Expression.Attribute(Expression of, String name) -> Members.attribute(value(of), name, settings.strict());
            case Expression.Item(Expression of, Expression key) -> Members.item(value(of), value(key), settings.strict());
            case Expression.Slice(Expression of, Expression from, Expression to, Expression step) -> Members.slice(
                    value(of), optional(from), optional(to), optional(step));
            case Expression.Call(Expression function, CallArguments arguments) -> called(value(function), arguments(arguments));
            case Expression.Filter filter -> filtered(value(filter.value()), filter);
            case Expression.Test(Expression value, String name, CallArguments arguments) -> Checks.check(
                    name, value(value), arguments(arguments));
            case Expression.Unary(String sign, Expression value) -> Arithmetic.sign(sign, value(value));
            case Expression.Binary(String sign, Expression left, Expression right) -> Arithmetic.apply(sign, value(left), value(right));
            case Expression.And(Expression left, Expression right) -> {
                Object first = value(left);
                yield Values.truth(first) ? value(right) : first;
            }
            case Expression.Or(Expression left, Expression right) -> {
                Object first = value(left);
                yield Values.truth(first) ? first : value(right);
            }
            case Expression.Not(Expression value) -> !Values.truth(value(value));
            case Expression.Compare compare -> compare(compare);
            case Expression.Concat(List<Expression> parts) -> {
                var text = new StringBuilder();
                parts.forEach(part -> text.append(Values.text(value(part))));
                yield text.toString();
            }
            case Expression.Conditional(Expression condition, Expression then, Expression otherwise) -> {
                if (Values.truth(value(condition))) {
                    yield value(then);
                }
                yield otherwise == null ? new Undefined("an 'if' without 'else'", settings.strict()) : value(otherwise);
            }
            case Expression.ListOf(List<Expression> items) -> values(items);
            case Expression.MapOf(List<Expression> keys, List<Expression> values) -> {
                var map = new LinkedHashMap<Object, Object>();
                for (int i = 0; i < keys.size(); i++) {
                    map.put(value(keys.get(i)), value(values.get(i)));
                }
                yield map;
            }
        };
    }

    private Object optional(Expression expression) {
        return expression == null ? null : value(expression);
    }

    private List<Object> values(List<Expression> expressions) {
        var values = new ArrayList<Object>(expressions.size());
        for (Expression expression : expressions) {
            values.add(value(expression));
        }
        return values;
    }

    private Arguments arguments(CallArguments arguments) {
        if (arguments == CallArguments.NONE) {
            return Arguments.NONE;
        }
        var named = new HashMap<String, Object>();
        for (int i = 0; i < arguments.names().size(); i++) {
            named.put(arguments.names().get(i), value(arguments.named().get(i)));
        }
        return new Arguments(values(arguments.positional()), named);
    }

    private static Object called(Object function, Arguments arguments) {
        if (function instanceof TemplateFunction callable) {
            try {
                return callable.call(arguments);
            } catch (ClassCastException e) {
                throw new TemplateException("a function got an argument of the wrong kind");
            }
        }
        throw Values.unfit(function, "a function");
    }

    private Object filtered(Object value, Expression.Filter filter) {
        var arguments = arguments(filter.arguments());
        var own = settings.filters().get(filter.name());
        if (own == null) {
            return Filters.apply(filter.name(), value, arguments, settings);
        }
        var all = new ArrayList<Object>();
        all.add(value);
        all.addAll(arguments.positional());
        return called(own, new Arguments(all, arguments.named()));
    }

    private boolean compare(Expression.Compare comparison) {
        Object left = value(comparison.first());
        for (int i = 0; i < comparison.signs().size(); i++) {
            Object right = value(comparison.others().get(i));
            if (!compare(comparison.signs().get(i), left, right)) {
                return false;
            }
            left = right;
        }
        return true;
    }

    private static boolean compare(String sign, Object left, Object right) {
        return switch (sign) {
            case "==" -> Values.same(left, right);
            case "!=" -> !Values.same(left, right);
            case "<" -> Values.compare(left, right) < 0;
            case "<=" -> Values.compare(left, right) <= 0;
            case ">" -> Values.compare(left, right) > 0;
            case ">=" -> Values.compare(left, right) >= 0;
            case "in" -> Values.contains(right, left);
            default -> !Values.contains(right, left);
        };
    }

    private void step() {
        if (++steps > MOST_STEPS) {
            throw new TemplateException("the template does not come to an end");
        }
    }
}
