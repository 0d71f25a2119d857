package org.bitrank.engine.template;

import java.util.Map;

/** {@code namespace(…)}: the one thing that a loop may change outside itself. */
record Namespace(Map<String, Object> values) {}
