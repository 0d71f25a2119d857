package org.bitrank.engine.template;

import java.util.ArrayList;
import java.util.List;
import org.bitrank.engine.template.Expression.CallArguments;

/** Reads expressions, with the precedence that Jinja2's own parser gives them. */
final class ExpressionParser extends TokenReader {
    private static final List<String> COMPARISONS = List.of("==", "!=", "<", "<=", ">", ">=");

    ExpressionParser(String source) {
        super(source);
    }

    static Expression parse(String source) {
        var parser = new ExpressionParser(source);
        Expression expression = parser.tuple();
        parser.expectEnd();
        return expression;
    }

    /** One expression, or several with commas between them: a list of them. */
    Expression tuple() {
        Expression first = conditional();
        return peek().isSign(",") ? listFrom(first) : first;
    }

    /** As {@link #tuple}, but {@code if} is not part of it: what a {@code for} runs over. */
    Expression tupleWithoutCondition() {
        Expression first = or();
        return peek().isSign(",") ? listFrom(first) : first;
    }

    private Expression listFrom(Expression first) {
        var items = new ArrayList<Expression>();
        items.add(first);
        while (takeSign(",")) {
            if (peek().kind() == Token.Kind.END || peek().isSign(")")) {
                break;
            }
            items.add(conditional());
        }
        return new Expression.ListOf(items);
    }

    Expression conditional() {
        Expression value = or();
        while (takeName("if")) {
            Expression condition = or();
            Expression otherwise = takeName("else") ? conditional() : null;
            value = new Expression.Conditional(condition, value, otherwise);
        }
        return value;
    }

    Expression or() {
        Expression left = and();
        while (takeName("or")) {
            left = new Expression.Or(left, and());
        }
        return left;
    }

    private Expression and() {
        Expression left = not();
        while (takeName("and")) {
            left = new Expression.And(left, not());
        }
        return left;
    }

    private Expression not() {
        return takeName("not") ? new Expression.Not(not()) : compare();
    }

    private Expression compare() {
        Expression first = sum();
        var signs = new ArrayList<String>();
        var others = new ArrayList<Expression>();
        while (true) {
            String sign = comparison();
            if (sign == null) {
                return signs.isEmpty() ? first : new Expression.Compare(first, signs, others);
            }
            signs.add(sign);
            others.add(sum());
        }
    }

    private String comparison() {
        Token token = peek();
        if (token.kind() == Token.Kind.SIGN && COMPARISONS.contains(token.value())) {
            return (String) take().value();
        }
        if (takeName("in")) {
            return "in";
        }
        if (token.isName("not") && next().isName("in")) {
            take();
            take();
            return "not in";
        }
        return null;
    }

    private Expression sum() {
        Expression left = concat();
        while (peek().isSign("+") || peek().isSign("-")) {
            left = new Expression.Binary((String) take().value(), left, concat());
        }
        return left;
    }

    private Expression concat() {
        Expression first = product();
        if (!peek().isSign("~")) {
            return first;
        }
        var parts = new ArrayList<Expression>();
        parts.add(first);
        while (takeSign("~")) {
            parts.add(product());
        }
        return new Expression.Concat(parts);
    }

    private Expression product() {
        Expression left = power();
        while (peek().isSign("*") || peek().isSign("/") || peek().isSign("//") || peek().isSign("%")) {
            left = new Expression.Binary((String) take().value(), left, power());
        }
        return left;
    }

    private Expression power() {
        Expression left = unary(true);
        while (takeSign("**")) {
            left = new Expression.Binary("**", left, unary(true));
        }
        return left;
    }

    private Expression unary(boolean withFilter) {
        Expression value;
        if (peek().isSign("-") || peek().isSign("+")) {
            value = new Expression.Unary((String) take().value(), unary(false));
        } else {
            value = primary();
        }
        value = postfix(value);
        return withFilter ? filters(value) : value;
    }

    private Expression primary() {
        Token token = take();
        return switch (token.kind()) {
            case LITERAL -> literal(token);
            case NAME -> switch ((String) token.value()) {
                case "true", "True" -> new Expression.Literal(true);
                case "false", "False" -> new Expression.Literal(false);
                case "none", "None" -> new Expression.Literal(null);
                case String name -> new Expression.Name(name);
            };
            case SIGN -> switch ((String) token.value()) {
                case "(" -> parenthesis();
                case "[" -> new Expression.ListOf(items("]"));
                case "{" -> map();
                default -> throw failure("unexpected " + token + " in");
            };
            case END -> throw failure("a value is missing in");
        };
    }

    /** Texts beside each other are one. */
    private Expression literal(Token token) {
        Object value = token.value();
        while (value instanceof String text && peek().kind() == Token.Kind.LITERAL && peek().value() instanceof String next) {
            take();
            value = text + next;
        }
        return new Expression.Literal(value);
    }

    private Expression parenthesis() {
        if (takeSign(")")) {
            return new Expression.ListOf(List.of());
        }
        Expression inside = tuple();
        expectSign(")");
        return inside;
    }

    private List<Expression> items(String close) {
        var items = new ArrayList<Expression>();
        while (!takeSign(close)) {
            if (!items.isEmpty()) {
                expectSign(",");
                if (takeSign(close)) {
                    break;
                }
            }
            items.add(conditional());
        }
        return items;
    }

    private Expression map() {
        var keys = new ArrayList<Expression>();
        var values = new ArrayList<Expression>();
        while (!takeSign("}")) {
            if (!keys.isEmpty()) {
                expectSign(",");
                if (takeSign("}")) {
                    break;
                }
            }
            keys.add(conditional());
            expectSign(":");
            values.add(conditional());
        }
        return new Expression.MapOf(keys, values);
    }

    private Expression postfix(Expression start) {
        Expression value = start;
        while (true) {
            if (takeSign(".")) {
                Token name = take();
                value = name.kind() == Token.Kind.LITERAL
                        ? new Expression.Item(value, new Expression.Literal(name.value()))
                        : new Expression.Attribute(value, nameOf(name));
            } else if (takeSign("[")) {
                value = subscript(value);
            } else if (takeSign("(")) {
                value = new Expression.Call(value, arguments());
            } else {
                return value;
            }
        }
    }

    private String nameOf(Token token) {
        if (token.kind() != Token.Kind.NAME) {
            throw failure(token + " where a name was expected in");
        }
        return (String) token.value();
    }

    private Expression subscript(Expression of) {
        Expression from = peek().isSign(":") ? null : conditional();
        if (takeSign("]")) {
            return new Expression.Item(of, from);
        }
        expectSign(":");
        Expression to = peek().isSign(":") || peek().isSign("]") ? null : conditional();
        Expression step = takeSign(":") && !peek().isSign("]") ? conditional() : null;
        expectSign("]");
        return new Expression.Slice(of, from, to, step);
    }

    CallArguments arguments() {
        var positional = new ArrayList<Expression>();
        var names = new ArrayList<String>();
        var named = new ArrayList<Expression>();
        boolean first = true;
        while (!takeSign(")")) {
            if (!first) {
                expectSign(",");
                if (takeSign(")")) {
                    break;
                }
            }
            first = false;
            if (peek().kind() == Token.Kind.NAME && next().isSign("=")) {
                names.add(expectName());
                take();
                named.add(conditional());
            } else {
                positional.add(conditional());
            }
        }
        return new CallArguments(positional, names, named);
    }

    private Expression filters(Expression start) {
        Expression value = start;
        while (true) {
            if (takeSign("|")) {
                value = filter(value);
            } else if (takeName("is")) {
                value = test(value);
            } else if (takeSign("(")) {
                value = new Expression.Call(value, arguments());
            } else {
                return value;
            }
        }
    }

    /** What follows {@code |}. */
    Expression.Filter filter(Expression value) {
        String name = expectName();
        return new Expression.Filter(value, name, takeSign("(") ? arguments() : CallArguments.NONE);
    }

    private Expression test(Expression value) {
        boolean negated = takeName("not");
        String name = expectName();
        CallArguments arguments = CallArguments.NONE;
        if (takeSign("(")) {
            arguments = arguments();
        } else if (startsArgument(peek())) {
            arguments = new CallArguments(List.of(postfix(primary())), List.of(), List.of());
        }
        var test = new Expression.Test(value, name, arguments);
        return negated ? new Expression.Not(test) : test;
    }

    private static boolean startsArgument(Token token) {
        return switch (token.kind()) {
            case LITERAL -> true;
            case NAME -> !List.of("else", "or", "and", "if", "in", "not", "is").contains(token.value());
            case SIGN -> token.isSign("[") || token.isSign("{");
            case END -> false;
        };
    }
}
