package org.bitrank.engine.template;

import java.util.Map;

/**
 * How an environment differs from another.
 *
 * @param trimBlocks drop the line break after a block's tag
 * @param stripBlocks drop the blanks in front of a block's tag that starts its line
 * @param keepTrailingNewline keep the last line break of the template
 * @param strict using an undefined value is an error, not an empty text
 * @param filters more filters; each gets the value as its first argument
 * @param globals functions and values that every template sees
 */
public record TemplateSettings(
        boolean trimBlocks,
        boolean stripBlocks,
        boolean keepTrailingNewline,
        boolean strict,
        Map<String, TemplateFunction> filters,
        Map<String, Object> globals) {}
