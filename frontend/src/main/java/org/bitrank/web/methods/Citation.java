package org.bitrank.web.methods;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a method comes from, its addresses as links. */
final class Citation {
    private static final Pattern ADDRESS = Pattern.compile("https://[^\\s,;]+");

    /** @param address null for plain words */
    record Piece(String text, String address) {}

    private Citation() {}

    static List<Piece> pieces(String source) {
        var pieces = new ArrayList<Piece>();
        int end = 0;
        for (Matcher found = ADDRESS.matcher(source); found.find(); end = found.end()) {
            pieces.add(new Piece(source.substring(end, found.start()), null));
            pieces.add(new Piece(found.group().substring("https://".length()), found.group()));
        }
        pieces.add(new Piece(source.substring(end), null));
        return pieces;
    }
}
