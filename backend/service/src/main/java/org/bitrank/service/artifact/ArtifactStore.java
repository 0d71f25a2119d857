package org.bitrank.service.artifact;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;
import org.bitrank.service.artifact.Artifact.StoredFile;
import org.bitrank.service.settings.ServiceSettings;
import org.springframework.stereotype.Service;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Archives under {@code home/artifacts/sha256}, written beside their place and renamed when whole. */
@Service
class ArtifactStore implements Artifacts {
    private final StoredArtifactRepository artifacts;
    private final ServiceSettings settings;
    private final JsonMapper json;

    ArtifactStore(StoredArtifactRepository artifacts, ServiceSettings settings, JsonMapper json) {
        this.artifacts = artifacts;
        this.settings = settings;
        this.json = json;
    }

    @Override
    public Optional<Artifact> find(String sha256) {
        if (!sha256.matches("[0-9a-f]{64}")) {
            return Optional.empty();
        }
        return artifacts.findById(sha256).map(this::open).filter(artifact -> Files.isRegularFile(artifact.path()));
    }

    @Override
    public Artifact store(Path directory, String name) {
        Path writing = null;
        try {
            Path root = Files.createDirectories(settings.artifacts());
            writing = Files.createTempFile(root, "writing-", ".tar");
            Tarball.Written written = Tarball.write(directory, name, writing);
            Path target = place(written.sha256());
            Files.createDirectories(target.getParent());
            Files.move(writing, target, StandardCopyOption.ATOMIC_MOVE);
            return open(artifacts.findById(written.sha256())
                    .orElseGet(() -> artifacts.save(new StoredArtifact(
                            written.sha256(), name + ".tar", written.bytes(),
                            Instant.now().truncatedTo(ChronoUnit.MICROS), json.writeValueAsString(written.files())))));
        } catch (IOException e) {
            throw new BitRankException(FailureClass.INFRASTRUCTURE,
                    "cannot store the artifact under " + settings.artifacts() + ": " + e.getMessage()
                            + "; the operator must make room or repair the disk", e);
        } finally {
            discard(writing);
        }
    }

    private Artifact open(StoredArtifact stored) {
        List<StoredFile> files = json.readValue(stored.listing(), new TypeReference<List<StoredFile>>() {});
        return new Artifact(
                stored.sha256(), stored.fileName(), stored.bytes(), stored.createdAt(), place(stored.sha256()), files);
    }

    private Path place(String sha256) {
        return settings.artifacts().resolve("sha256").resolve(sha256.substring(0, 2)).resolve(sha256 + ".tar");
    }

    private static void discard(Path writing) {
        if (writing != null) {
            try {
                Files.deleteIfExists(writing);
            } catch (IOException e) {
                // The failure that led here is the one to tell; a stray file is only a stray file.
            }
        }
    }
}
