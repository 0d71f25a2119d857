package org.bitrank.engine.template;

import java.util.List;

/** The tokens of one expression or statement, taken one after the other; the last, the end, stays. */
abstract class TokenReader {
    private final List<Token> tokens;
    private final String source;
    private int at;

    TokenReader(String source) {
        this.source = source;
        tokens = ExpressionScanner.tokens(source);
    }

    Token peek() {
        return tokens.get(at);
    }

    /** The token behind the one that {@link #peek} sees. */
    Token next() {
        return tokens.get(Math.min(at + 1, tokens.size() - 1));
    }

    Token take() {
        Token token = peek();
        at = Math.min(at + 1, tokens.size() - 1);
        return token;
    }

    boolean takeSign(String sign) {
        boolean found = peek().isSign(sign);
        if (found) {
            take();
        }
        return found;
    }

    boolean takeName(String name) {
        boolean found = peek().isName(name);
        if (found) {
            take();
        }
        return found;
    }

    void expectSign(String sign) {
        if (!takeSign(sign)) {
            throw unexpected("'" + sign + "'");
        }
    }

    String expectName() {
        if (peek().kind() != Token.Kind.NAME) {
            throw unexpected("a name");
        }
        return (String) take().value();
    }

    void expectEnd() {
        if (peek().kind() != Token.Kind.END) {
            throw unexpected("the end");
        }
    }

    private TemplateException unexpected(String wanted) {
        return failure(peek() + " where " + wanted + " was expected in");
    }

    /** The failure whose sentence ends with the expression. */
    TemplateException failure(String what) {
        return new TemplateException(what + " '" + source.strip() + "'");
    }
}
