package org.bitrank.engine.template;

import java.util.List;

/** What stands for a value. */
sealed interface Expression {
    record Literal(Object value) implements Expression {}

    record Name(String name) implements Expression {}

    record Attribute(Expression of, String name) implements Expression {}

    record Item(Expression of, Expression key) implements Expression {}

    /** Absent bounds are null. */
    record Slice(Expression of, Expression from, Expression to, Expression step) implements Expression {}

    record Call(Expression function, CallArguments arguments) implements Expression {}

    /** {@code value} is null for a {@code filter} block, whose text comes from elsewhere. */
    record Filter(Expression value, String name, CallArguments arguments) implements Expression {}

    record Test(Expression value, String name, CallArguments arguments) implements Expression {}

    record Unary(String sign, Expression value) implements Expression {}

    record Binary(String sign, Expression left, Expression right) implements Expression {}

    record And(Expression left, Expression right) implements Expression {}

    record Or(Expression left, Expression right) implements Expression {}

    record Not(Expression value) implements Expression {}

    /** {@code a < b <= c}: each neighbour pair is compared. */
    record Compare(Expression first, List<String> signs, List<Expression> others) implements Expression {}

    record Concat(List<Expression> parts) implements Expression {}

    /** {@code otherwise} is null where there is no {@code else}. */
    record Conditional(Expression condition, Expression then, Expression otherwise) implements Expression {}

    record ListOf(List<Expression> items) implements Expression {}

    record MapOf(List<Expression> keys, List<Expression> values) implements Expression {}

    record CallArguments(List<Expression> positional, List<String> names, List<Expression> named) {
        static final CallArguments NONE = new CallArguments(List.of(), List.of(), List.of());
    }
}
