package org.bitrank.engine.template;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Cuts a template into text, outputs and statements, and takes away the blanks that its tags ask to take away. */
final class TemplateScanner {
    enum Kind {
        TEXT,
        OUTPUT,
        STATEMENT
    }

    record Piece(Kind kind, String content) {}

    private static final Pattern RAW_END = Pattern.compile("\\{%([-+]?)\\s*endraw\\s*([-+]?)%\\}");

    private final String source;
    private final TemplateSettings settings;
    private final List<Piece> pieces = new ArrayList<>();
    private int at;
    private boolean atLineStart = true;

    TemplateScanner(String source, TemplateSettings settings) {
        String text = source.replace("\r\n", "\n").replace('\r', '\n');
        this.source = !settings.keepTrailingNewline() && text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        this.settings = settings;
    }

    List<Piece> pieces() {
        while (at < source.length()) {
            int tag = nextTag(at);
            if (tag < 0) {
                addText(source.substring(at));
                break;
            }
            char type = source.charAt(tag + 1);
            char control = tag + 2 < source.length() ? source.charAt(tag + 2) : ' ';
            addText(strippedBefore(source.substring(at, tag), type, control));
            int start = tag + (control == '-' || control == '+' ? 3 : 2);
            switch (type) {
                case '#' -> comment(start);
                case '{' -> pieces.add(new Piece(Kind.OUTPUT, content(start, "}}")));
                default -> statement(content(start, "%}"));
            }
        }
        return pieces;
    }

    private int nextTag(int from) {
        for (int i = source.indexOf('{', from); i >= 0; i = source.indexOf('{', i + 1)) {
            if (i + 1 < source.length() && "{%#".indexOf(source.charAt(i + 1)) >= 0) {
                return i;
            }
        }
        return -1;
    }

    private String strippedBefore(String text, char type, char control) {
        if (control == '-') {
            return PythonText.stripEnd(text, null);
        }
        if (control != '+' && settings.stripBlocks() && type != '{') {
            int line = text.lastIndexOf('\n') + 1;
            if ((line > 0 || atLineStart) && PythonText.strip(text.substring(line), null).isEmpty()) {
                return text.substring(0, line);
            }
        }
        return text;
    }

    private void addText(String text) {
        if (!text.isEmpty()) {
            pieces.add(new Piece(Kind.TEXT, text));
        }
    }

    private void comment(int start) {
        int end = source.indexOf("#}", start);
        if (end < 0) {
            throw new TemplateException("a comment is not closed");
        }
        char control = end > start ? source.charAt(end - 1) : ' ';
        finishTag(end + 2, control, true);
    }

    private void statement(String content) {
        String name = content.strip();
        if (!name.equals("raw")) {
            pieces.add(new Piece(Kind.STATEMENT, content));
            return;
        }
        var end = RAW_END.matcher(source);
        if (!end.find(at)) {
            throw new TemplateException("'raw' is not closed");
        }
        String text = source.substring(at, end.start());
        addText(strippedBefore(text, '%', end.group(1).isEmpty() ? ' ' : end.group(1).charAt(0)));
        finishTag(end.end(), end.group(2).isEmpty() ? ' ' : end.group(2).charAt(0), true);
    }

    /** The inside of a tag; braces and quoted texts inside it do not close it. */
    private String content(int start, String close) {
        int depth = 0;
        for (int i = start; i < source.length(); i++) {
            char c = source.charAt(i);
            if (depth == 0 && source.startsWith(close, i)) {
                char control = i > start ? source.charAt(i - 1) : ' ';
                boolean controlled = control == '-' || (control == '+' && close.equals("%}"));
                String content = source.substring(start, controlled ? i - 1 : i);
                finishTag(i + 2, control, close.equals("%}"));
                return content;
            }
            switch (c) {
                case '\'', '"' -> i = ExpressionScanner.endOfText(source, i) - 1;
                case '{', '[', '(' -> depth++;
                case '}', ']', ')' -> depth = Math.max(0, depth - 1);
                default -> {}
            }
        }
        throw new TemplateException("a tag is not closed with " + close + ": "
                + source.substring(start, Math.min(source.length(), start + 40)).strip());
    }

    private void finishTag(int end, char control, boolean isBlock) {
        at = end;
        if (control == '-') {
            while (at < source.length() && PythonText.isSpace(source.charAt(at))) {
                at++;
            }
        } else if (isBlock && control != '+' && settings.trimBlocks() && at < source.length() && source.charAt(at) == '\n') {
            at++;
        }
        atLineStart = source.charAt(at - 1) == '\n';
    }
}
