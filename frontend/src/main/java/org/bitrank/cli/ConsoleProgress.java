package org.bitrank.cli;

import java.io.PrintWriter;
import org.bitrank.engine.Progress;

/** A bar on a terminal, a plain line a step elsewhere, always on standard error. */
final class ConsoleProgress implements Progress {
    private static final long REDRAW_NANOS = 100_000_000L;
    private static final long PLAIN_NANOS = 5_000_000_000L;
    private static final int WIDTH = 24;

    private final PrintWriter err;
    private final boolean terminal;
    private String step = "";
    private long shownAt;
    private boolean drawn;

    ConsoleProgress(PrintWriter err, boolean terminal) {
        this.err = err;
        this.terminal = terminal;
    }

    static Progress of(picocli.CommandLine command) {
        CommandLineTool tool = CommandLineTool.of(command);
        return tool.quiet() ? Progress.SILENT : new ConsoleProgress(command.getErr(), tool.terminal());
    }

    @Override
    public void report(String step, long done, long total) {
        boolean changed = !step.equals(this.step);
        boolean finished = total > 0 && done >= total;
        long now = System.nanoTime();
        if (!changed && !finished && now - shownAt < (terminal ? REDRAW_NANOS : PLAIN_NANOS)) {
            return;
        }
        this.step = step;
        shownAt = now;
        if (terminal) {
            draw(step, done, total, finished);
        } else {
            err.println(total > 0 ? step + " " + done + "/" + total : step);
        }
    }

    private void draw(String step, long done, long total, boolean finished) {
        int filled = total > 0 ? (int) (WIDTH * Math.min(done, total) / total) : 0;
        err.print("\r\u001b[K" + "█".repeat(filled) + "·".repeat(WIDTH - filled) + " " + step
                + (total > 0 ? " " + done + "/" + total : ""));
        drawn = true;
        if (finished && drawn) {
            err.println();
            drawn = false;
        }
        err.flush();
    }
}
