package org.bitrank.web.board;

import java.util.List;

/** Questions that readers come with, each an address of the board. */
record Preset(String question, String address, boolean here) {
    /** @param here the address that was asked for */
    static List<Preset> of(String here) {
        return List.of(
                preset("All measured", "/", here),
                preset("What loses least?", "/?sort=difference", here),
                preset("What is smallest?", "/?sort=bytes", here),
                preset("What is best at 4 bits?", "/?bits=4", here),
                preset("And at 2 or 3?", "/?bits=2&bits=3", here),
                preset("What generates fastest?", "/?sort=decode&order=desc", here),
                preset("As published in papers", "/?provenance=published", here));
    }

    private static Preset preset(String question, String address, String here) {
        return new Preset(question, address, address.equals(here));
    }
}
