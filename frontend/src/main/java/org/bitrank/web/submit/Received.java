package org.bitrank.web.submit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;
import org.bitrank.service.settings.ServiceSettings;
import org.bitrank.service.submission.CheckpointOffer;
import org.bitrank.service.submission.Measuring;
import org.bitrank.service.submission.Receipt;
import org.bitrank.service.submission.Submissions;
import org.springframework.web.multipart.MultipartFile;

/** A file that came with a request, on disk for as long as it is looked at. */
final class Received {
    private Received() {}

    /** @param upload null or empty where none came */
    static Receipt offer(
            Submissions submissions, ServiceSettings settings, String base, String location, MultipartFile upload, String title, Measuring measuring, String origin) {
        return upload == null || upload.isEmpty()
                ? submissions.submitCheckpoint(new CheckpointOffer(base, location, null, null, title), measuring, origin)
                : with(settings, upload, file -> submissions.submitCheckpoint(new CheckpointOffer(base, location, file, upload.getOriginalFilename(), title), measuring, origin));
    }

    private static <T> T with(ServiceSettings settings, MultipartFile upload, Function<Path, T> work) {
        Path file = null;
        try {
            file = Files.createTempFile(Files.createDirectories(settings.uploads()), "received-", ".part");
            upload.transferTo(file);
            return work.apply(file);
        } catch (IOException e) {
            throw new BitRankException(FailureClass.INFRASTRUCTURE, "the upload can't be kept under " + settings.uploads() + ": " + e.getMessage() + "; free space there and send it again", e);
        } finally {
            delete(file);
        }
    }

    private static void delete(Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            // It has a name of its own that nothing reads.
        }
    }
}
