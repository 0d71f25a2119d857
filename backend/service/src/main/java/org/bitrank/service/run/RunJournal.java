package org.bitrank.service.run;

import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last lines of what a run says of itself. */
final class RunJournal {
    private static final int LINES = 200;
    private static final int LINE_LENGTH = 400;
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss");

    private final Deque<String> lines = new ArrayDeque<>();

    synchronized void add(String text) {
        String line = LocalTime.now(ZoneOffset.UTC).format(CLOCK) + " " + StorableText.of(text).replace('\n', ' ');
        lines.addLast(line.length() <= LINE_LENGTH ? line : line.substring(0, LINE_LENGTH));
        if (lines.size() > LINES) {
            lines.removeFirst();
        }
    }

    synchronized List<String> lines() {
        return List.copyOf(lines);
    }

    String text() {
        return String.join("\n", lines());
    }
}
