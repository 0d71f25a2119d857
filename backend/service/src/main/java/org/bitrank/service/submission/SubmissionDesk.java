package org.bitrank.service.submission;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.bitrank.engine.Sha256;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;
import org.bitrank.service.room.Room;
import org.bitrank.service.run.Queue;
import org.bitrank.service.run.RunState;
import org.bitrank.service.run.RunView;
import org.bitrank.service.settings.ServerPaths;
import org.bitrank.service.settings.ServiceSettings;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.node.ObjectNode;

@Service
class SubmissionDesk implements Submissions {
    /** People go before the reference suite. */
    private static final int PEOPLE = 10;

    private static final String BASE_ORIGIN = "base of a submission";

    private final SubmissionRepository submissions;
    private final Inspection inspection;
    private final Queue queue;
    private final ServiceSettings settings;
    private final TransactionTemplate transaction;
    private final Room room;
    private final ServerPaths paths;
    /** Held while an upload is looked at. */
    private final Object uploads = new Object();

    SubmissionDesk(
            SubmissionRepository submissions,
            Inspection inspection,
            Queue queue,
            ServiceSettings settings,
            TransactionTemplate transaction,
            Room room,
            ServerPaths paths) {
        this.submissions = submissions;
        this.inspection = inspection;
        this.queue = queue;
        this.settings = settings;
        this.transaction = transaction;
        this.room = room;
        this.paths = paths;
    }

    @Override
    public Receipt submitRecipe(ObjectNode recipe, Measuring measuring, String origin) {
        room.require();
        return withBase(inspection.recipe(recipe, measuring, true), measuring, origin);
    }

    @Override
    public Receipt submitRepeats(ObjectNode recipe, int repeats, Measuring measuring, String origin) {
        room.require();
        boolean few = repeats >= 1 && repeats <= MOST_REPEATS;
        Order first = inspection.recipe(recipe, few ? measuring : measuring.with(new FieldProblem("repeats", repeats + " is not allowed; give 1 to " + MOST_REPEATS)), true);
        if (repeats > 1 && first.valid() && !first.hasSeed()) {
            return Receipt.invalid(List.of(
                    new FieldProblem("repeats", first.request().method() + " looks at no data, so that every repeat would be the same; give 1")));
        }
        Receipt receipt = withBase(first, measuring, origin);
        for (int i = 1; i < repeats && receipt.outcome() != Receipt.Outcome.INVALID; i++) {
            accept(inspection.recipe(first.withNextSeed(i), measuring, true), origin, PEOPLE);
        }
        return receipt;
    }

    /** The model itself has its row too: it is measured after the first who asks for a comparison with it. */
    private Receipt withBase(Order order, Measuring measuring, String origin) {
        Receipt receipt = accept(order, origin, PEOPLE);
        if (receipt.outcome() == Receipt.Outcome.QUEUED) {
            accept(inspection.base(order.request().model(), measuring), BASE_ORIGIN, PEOPLE);
        }
        return receipt;
    }

    @Override
    public Receipt submitBase(String model, Measuring measuring, String origin) {
        room.require();
        return accept(inspection.base(model, measuring), origin, PEOPLE);
    }

    @Override
    public Receipt check(ObjectNode recipe, Measuring measuring) {
        Order order = inspection.recipe(recipe, measuring, false);
        if (!order.valid()) {
            return refused(order);
        }
        return queue.runOf(order.hash())
                .map(SubmissionDesk::receipt)
                .orElse(new Receipt(Receipt.Outcome.QUEUED, null, null, List.of()));
    }

    @Override
    public Receipt submitCheckpoint(CheckpointOffer offer, Measuring measuring, String origin) {
        room.require();
        boolean named = offer.location() != null && !offer.location().isBlank();
        boolean sent = offer.upload() != null;
        if (named == sent) {
            return refused(offer, measuring, named
                    ? "is both uploaded and named; give one of the two"
                    : "choose an archive to upload, or name a hub id or a path on this server");
        }
        return sent
                ? submitUpload(offer, measuring, origin)
                : withBase(inspection.checkpoint(offer.base(), offer.location().strip(), null, offer.title(), measuring), measuring, origin);
    }

    /** With what is wrong beside the checkpoint, so that everything can be mended at once. */
    private Receipt refused(CheckpointOffer offer, Measuring measuring, String why) {
        Measuring wrong = measuring.with(new FieldProblem("checkpoint", why));
        return refused(inspection.checkpoint(offer.base(), null, null, offer.title(), wrong));
    }

    private Receipt refused(Order order) {
        return Receipt.invalid(order.problems().stream().map(problem -> new FieldProblem(problem.field(), paths.hidden(problem.message()))).toList());
    }

    private Receipt submitUpload(CheckpointOffer offer, Measuring measuring, String origin) {
        // One at a time: what is thrown away again must be nobody else's.
        synchronized (uploads) {
            String sha256;
            Path folder;
            boolean known;
            try {
                sha256 = Sha256.of(offer.upload());
                folder = settings.uploads().resolve(sha256);
                known = Files.isDirectory(folder);
                if (!known) {
                    unpack(offer, folder);
                }
            } catch (BitRankException e) {
                if (e.failureClass() != FailureClass.BAD_INPUT) {
                    throw e;
                }
                return refused(offer, measuring, e.getMessage());
            } catch (IOException e) {
                throw new BitRankException(FailureClass.INFRASTRUCTURE,
                        "cannot keep the upload under " + settings.uploads() + ": " + e.getMessage(), e);
            }
            boolean taken = false;
            try {
                Order order = inspection.checkpoint(offer.base(), only(folder).toAbsolutePath().toString(), sha256, offer.title(), measuring);
                if (!order.valid()) {
                    return Receipt.invalid(order.problems().stream()
                            .map(problem -> new FieldProblem(problem.field(), paths.hidden(problem.message(), offer.fileName())))
                            .toList());
                }
                Receipt receipt = withBase(order, measuring, origin);
                taken = true;
                return receipt;
            } finally {
                // Also when looking at it failed: what nobody queued must not fill the disk.
                if (!taken && !known) {
                    discard(folder);
                }
            }
        }
    }

    /** Under its final name only when whole. */
    private void unpack(CheckpointOffer offer, Path folder) throws IOException {
        Path unpacking = Files.createTempDirectory(Files.createDirectories(settings.uploads()), "unpacking-");
        try {
            Path content = UploadedArchive.unpack(offer.upload(), offer.fileName(), unpacking.resolve("content"));
            Files.createDirectories(folder.getParent());
            Files.move(content, folder);
        } finally {
            discard(unpacking);
        }
    }

    /** A folder with one GGUF file and no more is that file. */
    private static Path only(Path folder) {
        Path gguf = folder.resolve("model.gguf");
        return Files.isRegularFile(gguf) ? gguf : folder;
    }

    private static void discard(Path folder) {
        try {
            FileSystemUtils.deleteRecursively(folder);
        } catch (IOException e) {
            // What is left is a temporary folder under uploads, which nobody reads.
        }
    }

    /** One at a time: two who send the same at once get the same submission. */
    synchronized Receipt accept(Order order, String origin, int priority) {
        if (!order.valid()) {
            return refused(order);
        }
        Optional<RunView> known = queue.runOf(order.hash());
        if (known.isPresent()) {
            return receipt(known.get());
        }
        return transaction.execute(status -> {
            var request = order.request();
            Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
            Submission submission = submissions.save(new Submission(
                    request.kind(), request.model(), request.title(), order.content(), order.hash(), origin, now));
            submission.queued(queue.enqueue(request, submission.id(), order.hash(), priority));
            return new Receipt(Receipt.Outcome.QUEUED, submission.id(), null, List.of());
        });
    }

    private static Receipt receipt(RunView run) {
        return run.state() == RunState.FINISHED
                ? new Receipt(Receipt.Outcome.KNOWN, run.submissionId(), run.rowId(), List.of())
                : new Receipt(Receipt.Outcome.UNDER_WAY, run.submissionId(), null, List.of());
    }

    @Override
    public Optional<SubmissionView> status(long id) {
        return submissions.findById(id).flatMap(
                submission -> queue.run(submission.runId()).map(submission::view));
    }

    @Override
    public boolean cancel(long id) {
        return submissions.findById(id).map(submission -> queue.cancel(submission.runId())).orElse(false);
    }
}
