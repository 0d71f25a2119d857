package org.bitrank.engine.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;

/** The functions that every Jinja2 environment has. */
final class Globals {
    static final Map<String, Object> ALL = Map.of(
            "range", (TemplateFunction) Globals::range,
            "dict", (TemplateFunction) arguments -> new LinkedHashMap<Object, Object>(arguments.named()),
            "namespace", (TemplateFunction) arguments -> new Namespace(new LinkedHashMap<>(arguments.named())));

    private static final long MOST = 100_000;

    private Globals() {}

    private static Object range(Arguments arguments) {
        long first = arguments.number(0, "start", 0);
        boolean one = arguments.positional().size() == 1;
        long from = one ? 0 : first;
        long to = one ? first : arguments.number(1, "stop", 0);
        long step = arguments.number(2, "step", 1);
        if (step == 0 || Math.abs(to - from) / Math.abs(step) > MOST) {
            throw new TemplateException("a range of step 0 or of more than " + MOST + " numbers");
        }
        var numbers = new ArrayList<Object>();
        for (long i = from; step > 0 ? i < to : i > to; i += step) {
            numbers.add(i);
        }
        return numbers;
    }
}
