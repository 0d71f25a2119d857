package org.bitrank.engine.evaluate;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.bitrank.engine.Progress;
import org.bitrank.engine.Sha256;
import org.bitrank.engine.model.CausalLM;
import org.bitrank.kernels.Backend;

/**
 * The base's results and hidden states, kept in a folder a task under the name of everything they depend on: a second run
 * against the same base finds them there and does not load it.
 */
final class BaseRun implements AutoCloseable {
    private static final int NAME_DIGITS = 24;

    private final OpenedModel base;
    private final Backend backend;
    private final Path directory;
    private final Map<Path, BaseCache.Use> uses = new HashMap<>();
    private CausalLM model;
    private StepRunner runner;

    BaseRun(OpenedModel base, Backend backend, Path directory) {
        this.base = base;
        this.backend = backend;
        this.directory = directory;
    }

    /** Does what is missing of one task; its hidden states are then in {@link #states}. */
    StepResults run(TaskRun task, Progress progress) {
        return run(task, title(task), this::runner, progress);
    }

    /** The same by a model that is loaded already. */
    StepResults run(TaskRun task, String title, Supplier<StepRunner> loaded, Progress progress) {
        Path folder = folder(task);
        try (FolderLock _ = FolderLock.take(folder, title, progress)) {
            uses.computeIfAbsent(folder, BaseCache.Use::of);
            try (HiddenStates states = states(task)) {
                return task.run(folder.resolve("scores.jsonl"), identity(task), true, loaded, states, title, progress);
            }
        }
    }

    /** What the work of a task is called while it is done. */
    static String title(TaskRun task) {
        return task.protocol().task() + " of the base";
    }

    HiddenStates states(TaskRun task) {
        return HiddenStates.open(folder(task).resolve("hidden.f32"), base.config().hiddenSize());
    }

    private Path folder(TaskRun task) {
        return directory.resolve(new Fingerprint().add(identity(task)).hex().substring(0, NAME_DIGITS));
    }

    /** The same weights run otherwise under another configuration: rounded while they run, with other positions. */
    private String identity(TaskRun task) {
        return base.checkpoint().sha256() + " " + Sha256.of(base.checkpoint().config().toString()) + " " + task.identity();
    }

    private StepRunner runner() {
        if (runner == null) {
            model = base.load(backend);
            runner = new StepRunner(model, base.tokenizer(), null);
        }
        return runner;
    }

    /** Lets go of the results too; they stay until room is short. */
    @Override
    public void close() {
        freeModel();
        uses.values().forEach(BaseCache.Use::close);
        uses.clear();
    }

    /** Frees the base's weights; its results can still be read. */
    void freeModel() {
        if (runner != null) {
            runner.close();
            runner = null;
        }
        if (model != null) {
            model.close();
            model = null;
        }
    }
}
