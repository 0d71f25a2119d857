package org.bitrank.service.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DeviceInfo;
import org.bitrank.kernels.FailureClass;
import org.bitrank.service.SampleRows;
import org.bitrank.service.result.RowDetail;
import org.bitrank.service.settings.ServiceSettings;
import org.springframework.context.annotation.Primary;

/** Behaves as a run's title says, so that the queue can be tried without an engine; notes every start in the home. */
@Primary
class ScriptedExecutor implements RunExecutor {
    private static final long PAUSE_MILLIS = 20;

    private final Path home;

    ScriptedExecutor(ServiceSettings settings) {
        home = settings.home();
    }

    @Override
    public RowDetail execute(RunRequest request, Workplace place, RunProgress progress) {
        note(place.run());
        String[] script = request.title().split(":");
        switch (script[0]) {
            case "row" -> progress.report("measure", 1, 1);
            case "halfway" -> halfway(progress);
            case "meet" -> meet(place.run(), progress);
            case "slow" -> slow(Integer.parseInt(script[1]), progress);
            // The first worker never ends; the one that takes over finds what it left and does.
            case "hang-once" -> hangOnce(place.work(), progress);
            case "hang" -> slow(Integer.MAX_VALUE, progress);
            case "fail" -> throw new BitRankException(FailureClass.valueOf(script[1]), "as the script says");
            // As a damaged file's own words may have it; PostgreSQL's text cannot hold the character.
            case "zero-character" -> {
                progress.log("tensor a\0b is odd");
                throw BitRankException.badInput("there is no tensor a\0b");
            }
            case "disk-full" -> throw new UncheckedIOException(
                    new FileSystemException("model.safetensors", null, "No space left on device"));
            case "out-of-memory" -> throw new OutOfMemoryError("Java heap space");
            default -> throw new IllegalStateException("unknown script " + request.title());
        }
        return SampleRows.rows(1, 0).getFirst().detail();
    }

    private void note(long run) {
        try {
            Files.writeString(home.resolve("starts"), run + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void hangOnce(Path work, RunProgress progress) {
        try {
            Path mark = Files.createDirectories(work).resolve("mark");
            if (Files.exists(mark)) {
                progress.log("resumed from what was left");
            } else {
                Files.createFile(mark);
                slow(Integer.MAX_VALUE, progress);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void slow(int millis, RunProgress progress) {
        progress.expect("measure", millis);
        for (int done = 0; done < millis; done += PAUSE_MILLIS) {
            progress.report("measure", done, millis);
            pause(progress);
        }
    }

    /** Shows itself in the middle and stays there until it is told to go on. */
    private void halfway(RunProgress progress) {
        progress.expect("measure", 1);
        progress.report("measure", 0, 2);
        progress.report("measure", 1, 2);
        while (!Files.exists(home.resolve("go"))) {
            pause(progress);
        }
    }

    /** Goes on when another run that does the same has started too. */
    private void meet(long run, RunProgress progress) {
        try {
            Files.createFile(Files.createDirectories(home.resolve("met")).resolve(Long.toString(run)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        while (home.resolve("met").toFile().list().length < 2) {
            pause(progress);
        }
    }

    private static void pause(RunProgress progress) {
        progress.checkCancelled();
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public DeviceInfo device() {
        return new DeviceInfo("reference", "scripted", 1, 0, "none");
    }
}
