package org.bitrank.service.picture;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.bitrank.engine.image.ImageSource;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;
import org.bitrank.service.settings.ServiceSettings;
import org.springframework.stereotype.Service;

/** Files under {@code home/pictures}, written beside their place and renamed when whole. */
@Service
class PictureStore implements Pictures {
    private final ServiceSettings settings;

    PictureStore(ServiceSettings settings) {
        this.settings = settings;
    }

    @Override
    public void keep(ImageSource image) {
        Path place = place(image.sha256());
        if (Files.exists(place)) {
            return;
        }
        try {
            Files.createDirectories(place.getParent());
            Path writing = Files.createTempFile(place.getParent(), "writing-", null);
            try {
                Files.write(writing, image.bytes());
                Files.move(writing, place, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(writing);
            }
        } catch (IOException e) {
            throw new BitRankException(FailureClass.INFRASTRUCTURE,
                    "cannot keep a picture under " + settings.pictures() + ": " + e.getMessage()
                            + "; the operator must make room or repair the disk", e);
        }
    }

    @Override
    public Optional<Picture> find(String sha256) {
        if (!sha256.matches("[0-9a-f]{64}")) {
            return Optional.empty();
        }
        Path file = place(sha256);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try (InputStream input = Files.newInputStream(file)) {
            return ImageType.of(input.readNBytes(ImageType.LONGEST)).map(type -> new Picture(file, type.mediaType()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the picture " + sha256, e);
        }
    }

    private Path place(String sha256) {
        return settings.pictures().resolve(sha256.substring(0, 2)).resolve(sha256);
    }
}
