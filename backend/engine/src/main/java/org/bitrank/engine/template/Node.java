package org.bitrank.engine.template;

import java.util.List;

/** A part of a template. */
sealed interface Node {
    record Text(String text) implements Node {}

    record Output(Expression value) implements Node {}

    /** {@code conditions.get(i)} leads to {@code bodies.get(i)}; the body of {@code else} has no condition. */
    record If(List<Expression> conditions, List<List<Node>> bodies) implements Node {}

    /** @param condition which items take part, or null */
    record For(List<String> names, Expression items, Expression condition, List<Node> body, List<Node> otherwise)
            implements Node {}

    record Set(List<String> names, Expression value) implements Node {}

    /** {@code set namespace.name = value}. */
    record SetAttribute(String namespace, String name, Expression value) implements Node {}

    /** {@code set name}…{@code endset}, perhaps through a filter (its value is null), else null. */
    record SetBlock(String name, Expression.Filter filter, List<Node> body) implements Node {}

    record Macro(String name, List<String> parameters, List<Expression> defaults, List<Node> body) implements Node {}

    record FilterBlock(Expression.Filter filter, List<Node> body) implements Node {}

    /** Only marks its body: {@code generation}. */
    record Block(List<Node> body) implements Node {}

    record Break() implements Node {}

    record Continue() implements Node {}
}
