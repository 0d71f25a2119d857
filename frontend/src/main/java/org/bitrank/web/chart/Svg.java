package org.bitrank.web.chart;

import java.util.Locale;

/** Writes SVG markup. Colours and strokes are the style sheet's; here are only shapes, classes and words. */
final class Svg {
    private final StringBuilder out = new StringBuilder();

    /** @param label what it shows in words; null for a drawing that repeats the words beside it */
    static Svg open(double width, double height, String cssClass, String label) {
        return open(width, height, cssClass, label, "img");
    }

    /** A drawing with links in it, which an image can't have for those who do not see it. */
    static Svg group(double width, double height, String cssClass, String label) {
        return open(width, height, cssClass, label, "group");
    }

    private static Svg open(double width, double height, String cssClass, String label, String role) {
        Svg svg = new Svg();
        svg.out.append("<svg viewBox=\"0 0 ").append(number(width)).append(' ').append(number(height))
                .append("\" width=\"").append(number(width)).append("\" height=\"").append(number(height))
                .append("\" class=\"").append(escape(cssClass)).append('"');
        svg.out.append(label == null ? " aria-hidden=\"true\">" : " role=\"" + role + "\" aria-label=\"" + escape(label) + "\">");
        return svg;
    }

    Svg line(double x1, double y1, double x2, double y2, String cssClass) {
        out.append("<line x1=\"").append(number(x1)).append("\" y1=\"").append(number(y1)).append("\" x2=\"").append(number(x2))
                .append("\" y2=\"").append(number(y2)).append("\" class=\"").append(cssClass).append("\"/>");
        return this;
    }

    Svg rectangle(double x, double y, double width, double height, String cssClass) {
        out.append("<rect x=\"").append(number(x)).append("\" y=\"").append(number(y)).append("\" width=\"").append(number(width))
                .append("\" height=\"").append(number(height)).append("\" rx=\"1.5\" class=\"").append(cssClass).append("\"/>");
        return this;
    }

    Svg circle(double x, double y, double radius, String cssClass) {
        return circle(x, y, radius, cssClass, null);
    }

    /** @param title what a pointer resting on the circle is told, or null */
    Svg circle(double x, double y, double radius, String cssClass, String title) {
        out.append("<circle cx=\"").append(number(x)).append("\" cy=\"").append(number(y)).append("\" r=\"").append(number(radius))
                .append("\" class=\"").append(cssClass).append('"');
        out.append(title == null ? "/>" : "><title>" + escape(title) + "</title></circle>");
        return this;
    }

    /** @param anchor {@code start}, {@code middle} or {@code end} */
    Svg text(double x, double y, String anchor, String cssClass, String text) {
        out.append("<text x=\"").append(number(x)).append("\" y=\"").append(number(y)).append("\" text-anchor=\"").append(anchor)
                .append("\" class=\"").append(cssClass).append("\">").append(escape(text)).append("</text>");
        return this;
    }

    Svg path(String commands, String cssClass) {
        out.append("<path d=\"").append(commands).append("\" class=\"").append(cssClass).append("\"/>");
        return this;
    }

    /**
     * @param row the id of the table row that means the same thing; scripts light both up together
     * @param reached whether the keyboard stops here; the table has the same links
     */
    Svg link(String address, String label, String row, boolean reached) {
        out.append("<a href=\"").append(escape(address)).append("\" aria-label=\"").append(escape(label))
                .append("\" data-row=\"").append(escape(row)).append(reached ? "\">" : "\" tabindex=\"-1\">");
        return this;
    }

    Svg endLink() {
        out.append("</a>");
        return this;
    }

    String close() {
        return out.append("</svg>").toString();
    }

    static String number(double value) {
        String text = String.format(Locale.ROOT, "%.1f", value);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }

    static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 8);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '&' -> escaped.append("&amp;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.append(c);
            }
        }
        return escaped.toString();
    }
}
