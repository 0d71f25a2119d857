package org.bitrank.engine.template;

import java.util.ArrayList;
import java.util.List;
import org.bitrank.engine.template.TemplateScanner.Piece;

/** Puts a template's pieces together. */
final class NodeParser {
    private final List<Piece> pieces;
    private int at;

    NodeParser(List<Piece> pieces) {
        this.pieces = pieces;
    }

    List<Node> parse() {
        List<Node> nodes = body();
        if (at < pieces.size()) {
            throw new TemplateException("unexpected statement '" + pieces.get(at).content().strip() + "'");
        }
        return nodes;
    }

    /** Up to a statement that belongs to whoever called: {@code else}, {@code endif} … */
    private List<Node> body() {
        var nodes = new ArrayList<Node>();
        while (at < pieces.size()) {
            Piece piece = pieces.get(at);
            switch (piece.kind()) {
                case TEXT -> nodes.add(new Node.Text(piece.content()));
                case OUTPUT -> nodes.add(new Node.Output(ExpressionParser.parse(piece.content())));
                case STATEMENT -> {
                    var statement = new ExpressionParser(piece.content());
                    String name = statement.expectName();
                    if (name.startsWith("end") || name.equals("else") || name.equals("elif")) {
                        return nodes;
                    }
                    at++;
                    nodes.add(statement(name, statement));
                    continue;
                }
            }
            at++;
        }
        return nodes;
    }

    private Node statement(String name, ExpressionParser statement) {
        return switch (name) {
            case "if" -> conditional(statement);
            case "for" -> loop(statement);
            case "set" -> assignment(statement);
            case "macro" -> macro(statement);
            case "filter" -> {
                var filter = statement.filter(null);
                yield new Node.FilterBlock(filter, bodyUntil("endfilter"));
            }
            case "generation" -> new Node.Block(bodyUntil("endgeneration"));
            case "break" -> new Node.Break();
            case "continue" -> new Node.Continue();
            default -> throw new TemplateException("the statement '" + name + "' is not supported");
        };
    }

    private ExpressionParser end() {
        if (at == pieces.size()) {
            throw new TemplateException("a statement is not closed at the end of the template");
        }
        return new ExpressionParser(pieces.get(at++).content());
    }

    private List<Node> bodyUntil(String closing) {
        List<Node> body = body();
        String name = end().expectName();
        if (!name.equals(closing)) {
            throw new TemplateException("'" + name + "' where '" + closing + "' was expected");
        }
        return body;
    }

    private Node conditional(ExpressionParser statement) {
        var conditions = new ArrayList<Expression>();
        var bodies = new ArrayList<List<Node>>();
        ExpressionParser current = statement;
        boolean last = false;
        while (true) {
            if (!last) {
                conditions.add(current.tuple());
                current.expectEnd();
            }
            bodies.add(body());
            current = end();
            String name = current.expectName();
            switch (name) {
                case "endif" -> {
                    return new Node.If(conditions, bodies);
                }
                case "elif" -> {}
                case "else" -> last = true;
                default -> throw new TemplateException("'" + name + "' where 'endif' was expected");
            }
        }
    }

    private Node loop(ExpressionParser statement) {
        List<String> names = targets(statement);
        if (!statement.takeName("in")) {
            throw new TemplateException("'for' without 'in'");
        }
        Expression items = statement.tupleWithoutCondition();
        Expression condition = statement.takeName("if") ? statement.conditional() : null;
        statement.expectEnd();
        List<Node> body = body();
        List<Node> otherwise = List.of();
        String name = end().expectName();
        if (name.equals("else")) {
            otherwise = body();
            name = end().expectName();
        }
        if (!name.equals("endfor")) {
            throw new TemplateException("'" + name + "' where 'endfor' was expected");
        }
        return new Node.For(names, items, condition, body, otherwise);
    }

    private static List<String> targets(ExpressionParser statement) {
        var names = new ArrayList<String>();
        boolean parenthesis = statement.takeSign("(");
        do {
            names.add(statement.expectName());
        } while (statement.takeSign(","));
        if (parenthesis) {
            statement.expectSign(")");
        }
        return names;
    }

    private Node assignment(ExpressionParser statement) {
        List<String> names = targets(statement);
        if (statement.takeSign(".")) {
            String attribute = statement.expectName();
            statement.expectSign("=");
            Expression value = statement.tuple();
            statement.expectEnd();
            return new Node.SetAttribute(names.getFirst(), attribute, value);
        }
        if (statement.takeSign("=")) {
            Expression value = statement.tuple();
            statement.expectEnd();
            return new Node.Set(names, value);
        }
        var filter = statement.takeSign("|") ? statement.filter(null) : null;
        statement.expectEnd();
        return new Node.SetBlock(names.getFirst(), filter, bodyUntil("endset"));
    }

    private Node macro(ExpressionParser statement) {
        String name = statement.expectName();
        statement.expectSign("(");
        var parameters = new ArrayList<String>();
        var defaults = new ArrayList<Expression>();
        while (!statement.takeSign(")")) {
            if (!parameters.isEmpty()) {
                statement.expectSign(",");
            }
            parameters.add(statement.expectName());
            defaults.add(statement.takeSign("=") ? statement.conditional() : null);
        }
        statement.expectEnd();
        return new Node.Macro(name, parameters, defaults, bodyUntil("endmacro"));
    }
}
