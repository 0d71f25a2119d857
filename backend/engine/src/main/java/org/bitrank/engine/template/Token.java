package org.bitrank.engine.template;

/** A part of an expression; {@code value} is the name, the sign, or the literal's value. */
record Token(Kind kind, Object value) {
    enum Kind {
        NAME,
        LITERAL,
        SIGN,
        END
    }

    boolean isSign(String sign) {
        return kind == Kind.SIGN && value.equals(sign);
    }

    boolean isName(String name) {
        return kind == Kind.NAME && value.equals(name);
    }

    @Override
    public String toString() {
        return kind == Kind.END ? "the end" : "'" + value + "'";
    }
}
