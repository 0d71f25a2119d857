package org.bitrank.engine.template;

import java.util.ArrayList;
import java.util.List;

/** Cuts an expression into tokens. */
final class ExpressionScanner {
    private static final List<String> SIGNS = List.of(
            "**", "//", "==", "!=", "<=", ">=", "+", "-", "*", "/", "%", "~", "<", ">", "=", "(", ")", "[", "]", "{", "}", ".",
            ",", ":", "|");

    private final String source;
    private int at;

    private ExpressionScanner(String source) {
        this.source = source;
    }

    static List<Token> tokens(String source) {
        var scanner = new ExpressionScanner(source);
        var tokens = new ArrayList<Token>();
        Token token;
        do {
            token = scanner.next();
            tokens.add(token);
        } while (token.kind() != Token.Kind.END);
        return tokens;
    }

    /** Where the quoted text that starts at {@code from} ends (exclusive), or the source's length. */
    static int endOfText(String source, int from) {
        char quote = source.charAt(from);
        for (int i = from + 1; i < source.length(); i++) {
            char c = source.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == quote) {
                return i + 1;
            }
        }
        return source.length();
    }

    private Token next() {
        while (at < source.length() && PythonText.isSpace(source.charAt(at))) {
            at++;
        }
        if (at == source.length()) {
            return new Token(Token.Kind.END, "");
        }
        char c = source.charAt(at);
        if (c == '\'' || c == '"') {
            return text();
        }
        if (c >= '0' && c <= '9') {
            return number();
        }
        if (Character.isUnicodeIdentifierStart(c) || c == '_') {
            int start = at;
            while (at < source.length() && (Character.isUnicodeIdentifierPart(source.charAt(at)) || source.charAt(at) == '_')) {
                at++;
            }
            return new Token(Token.Kind.NAME, source.substring(start, at));
        }
        for (String sign : SIGNS) {
            if (source.startsWith(sign, at)) {
                at += sign.length();
                return new Token(Token.Kind.SIGN, sign);
            }
        }
        throw new TemplateException("unexpected '" + c + "' in '" + source.strip() + "'");
    }

    private Token number() {
        int start = at;
        skipDigits();
        boolean whole = true;
        if (at + 1 < source.length() && source.charAt(at) == '.' && isDigit(source.charAt(at + 1))) {
            whole = false;
            at++;
            skipDigits();
        }
        if (at < source.length() && (source.charAt(at) | 32) == 'e') {
            int sign = at + 1 < source.length() && "+-".indexOf(source.charAt(at + 1)) >= 0 ? 1 : 0;
            if (at + 1 + sign < source.length() && isDigit(source.charAt(at + 1 + sign))) {
                whole = false;
                at += 1 + sign;
                skipDigits();
            }
        }
        String digits = source.substring(start, at).replace("_", "");
        try {
            return new Token(Token.Kind.LITERAL, whole ? (Object) Long.valueOf(digits) : (Object) Double.valueOf(digits));
        } catch (NumberFormatException e) {
            throw new TemplateException("the number " + digits + " is too large");
        }
    }

    private void skipDigits() {
        while (at < source.length() && (isDigit(source.charAt(at)) || source.charAt(at) == '_')) {
            at++;
        }
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private Token text() {
        int start = at;
        at = endOfText(source, at);
        if (at - start < 2 || source.charAt(at - 1) != source.charAt(start)) {
            throw new TemplateException("a text is not closed: " + source.substring(start));
        }
        return new Token(Token.Kind.LITERAL, PythonText.unescape(source.substring(start + 1, at - 1)));
    }
}
