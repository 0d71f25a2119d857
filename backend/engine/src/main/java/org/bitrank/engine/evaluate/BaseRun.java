package org.bitrank.engine.evaluate;

import java.nio.file.Path;
import org.bitrank.engine.Progress;
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
    private CausalLM model;
    private StepRunner runner;

    BaseRun(OpenedModel base, Backend backend, Path directory) {
        this.base = base;
        this.backend = backend;
        this.directory = directory;
    }

    /** Does what is missing of one task; its hidden states are then in {@link #states}. */
    StepResults run(TaskRun task, Progress progress) {
        Path folder = folder(task);
        String title = task.protocol().task() + " of the base";
        try (FolderLock _ = FolderLock.take(folder, title, progress);
                HiddenStates states = states(task)) {
            return task.run(folder.resolve("scores.jsonl"), identity(task), true, this::runner, states,
                    title, progress);
        }
    }

    HiddenStates states(TaskRun task) {
        return HiddenStates.open(folder(task).resolve("hidden.f32"), base.config().hiddenSize());
    }

    private Path folder(TaskRun task) {
        return directory.resolve(new Fingerprint().add(identity(task)).hex().substring(0, NAME_DIGITS));
    }

    private String identity(TaskRun task) {
        return base.checkpoint().sha256() + " " + task.identity();
    }

    private StepRunner runner() {
        if (runner == null) {
            model = CausalLM.load(base.config(), base.checkpoint().weights(), backend);
            runner = new StepRunner(model, base.tokenizer(), null);
        }
        return runner;
    }

    /** Frees the base's weights; its results stay. */
    @Override
    public void close() {
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
