package org.bitrank.engine.template;

import java.util.List;

/** {@code loop}, inside a {@code for}. */
record LoopState(List<Object> items, int index, int depth) {
    Object attribute(String name, boolean strict) {
        return switch (name) {
            case "index" -> (long) index + 1;
            case "index0" -> (long) index;
            case "revindex" -> (long) items.size() - index;
            case "revindex0" -> (long) items.size() - index - 1;
            case "first" -> index == 0;
            case "last" -> index == items.size() - 1;
            case "length" -> (long) items.size();
            case "depth" -> (long) depth;
            case "depth0" -> (long) depth - 1;
            case "previtem" -> index > 0 ? items.get(index - 1) : new Undefined("there is no previous item", strict);
            case "nextitem" -> index + 1 < items.size() ? items.get(index + 1) : new Undefined("there is no next item", strict);
            case "cycle" -> (TemplateFunction) arguments -> arguments.positional().get(index % arguments.positional().size());
            default -> new Undefined("'loop." + name + "'", strict);
        };
    }
}
