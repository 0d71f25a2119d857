package org.bitrank.engine.evaluate;

/** Whether a text ends in one piece over and over, as a broken model's answers do. */
final class RepeatingText {
    /** So often at least, without anything between. */
    static final int TIMES = 8;

    /** So much of the text at least. */
    static final double SHARE = 0.5;

    private RepeatingText() {}

    /**
     * A piece of any length that stands at least eight times in a row at the end of the text (the last time perhaps cut short, as
     * answers are) and makes up half of it or more.
     */
    static boolean of(String text) {
        int[] backwards = new StringBuilder(text).reverse().codePoints().toArray();
        var border = new int[backwards.length];
        for (int i = 1; i < backwards.length; i++) {
            int length = border[i - 1];
            while (length > 0 && backwards[i] != backwards[length]) {
                length = border[length - 1];
            }
            border[i] = backwards[i] == backwards[length] ? length + 1 : 0;
            // The shortest piece that the last i + 1 characters consist of.
            int piece = i + 1 - border[i];
            if (i + 1 >= TIMES * piece && i + 1 >= SHARE * backwards.length) {
                return true;
            }
        }
        return false;
    }
}
