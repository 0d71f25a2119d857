package org.bitrank.engine.hub;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.bitrank.engine.LockFile;
import org.bitrank.engine.Progress;

/**
 * One repository's folder in the cache, as the hub's tools lay it out: {@code blobs/ETAG} hold content,
 * {@code snapshots/COMMIT/…} are links to them, {@code refs/NAME} say which commit a branch or tag meant, and
 * {@code trees/COMMIT.json} lists all files of a commit, fetched or not.
 */
final class RepositoryFolder {
    private static final String NO_BLOB = "0".repeat(40);
    private static final int DEEPEST = 8;

    private final Path cache;
    private final String name;
    private final Path folder;

    RepositoryFolder(Path cache, HubAddress address) {
        this.cache = cache;
        this.name = address.folder();
        this.folder = cache.resolve(name);
    }

    Path snapshot(String commit) {
        return folder.resolve("snapshots").resolve(commit);
    }

    private Path pointer(String commit, HubFile file) {
        return snapshot(commit).resolve(file.path());
    }

    private Path blob(HubFile file) {
        return folder.resolve("blobs").resolve(file.etag());
    }

    /** A name of our own: what other tools leave half-written is no business of ours, nor ours of theirs. */
    Path partial(HubFile file) {
        return folder.resolve("blobs").resolve(file.etag() + ".bitrank.incomplete");
    }

    boolean has(String commit, HubFile file) {
        return isWhole(pointer(commit, file), file);
    }

    /** The content may be there from another commit. */
    boolean hasBlob(HubFile file) {
        return isWhole(blob(file), file);
    }

    private static boolean isWhole(Path place, HubFile file) {
        try {
            return Files.isRegularFile(place) && Files.size(place) == file.size();
        } catch (IOException gone) {
            return false;
        }
    }

    /** Bytes of an earlier attempt. */
    long partialBytes(HubFile file) {
        try {
            return Files.size(partial(file));
        } catch (IOException none) {
            return 0;
        }
    }

    LockFile lock(HubFile file, Progress progress) {
        Path lock = cache.resolve(".locks").resolve(name).resolve(file.etag() + ".lock");
        try {
            return LockFile.take(lock, "wait for another download of " + file.path(), progress);
        } catch (IOException failure) {
            throw CacheFailure.of(lock, failure);
        }
    }

    /** A whole partial file becomes the content. */
    void keep(HubFile file) {
        Path blob = blob(file);
        try {
            Files.move(partial(file), blob, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failure) {
            throw CacheFailure.of(blob, failure);
        }
    }

    /** Makes the file of a commit show its content. */
    void point(String commit, HubFile file) {
        Path pointer = pointer(commit, file);
        Path blob = blob(file);
        try {
            Files.createDirectories(pointer.getParent());
            if (!isWhole(pointer, file)) {
                Files.deleteIfExists(pointer);
                link(pointer, blob);
            }
        } catch (FileAlreadyExistsException another) {
            // Another process has just done the same.
        } catch (IOException failure) {
            throw CacheFailure.of(pointer, failure);
        }
    }

    private static void link(Path pointer, Path blob) throws IOException {
        try {
            Files.createSymbolicLink(pointer, pointer.getParent().relativize(blob));
        } catch (FileAlreadyExistsException another) {
            throw another;
        } catch (UnsupportedOperationException | FileSystemException noLinks) {
            Files.copy(blob, pointer);
        }
    }

    /** What a revision meant when it was last asked for; empty where nothing of it is here. */
    Optional<String> commit(HubAddress address) {
        if (address.pinned()) {
            return Optional.of(address.revision()).filter(commit -> Files.isDirectory(snapshot(commit)));
        }
        Path reference = folder.resolve("refs").resolve(address.revision());
        try {
            return Optional.of(Files.readString(reference).strip())
                    .filter(commit -> HubAddress.isCommit(commit) && Files.isDirectory(snapshot(commit)));
        } catch (IOException none) {
            return Optional.empty();
        }
    }

    void remember(HubAddress address, String commit) {
        if (!address.pinned() && !commit(address).equals(Optional.of(commit))) {
            write(folder.resolve("refs").resolve(address.revision()), commit);
        }
    }

    /** All files of a commit, fetched or not; empty where nobody has listed them. */
    Optional<List<HubFile>> listing(String commit) {
        return Listing.read(listingFile(commit));
    }

    void remember(String commit, List<HubFile> files) {
        write(listingFile(commit), Listing.text(files));
    }

    private Path listingFile(String commit) {
        return folder.resolve("trees").resolve(commit + ".json");
    }

    /** The files of a commit that are here. */
    List<HubFile> present(String commit) {
        Path snapshot = snapshot(commit);
        try (Stream<Path> walk = Files.walk(snapshot, DEEPEST)) {
            var files = new ArrayList<HubFile>();
            for (Path file : walk.filter(Files::isRegularFile).sorted().toList()) {
                String etag = file.toRealPath().getFileName().toString();
                files.add(new HubFile(
                        snapshot.relativize(file).toString().replace('\\', '/'),
                        Files.size(file),
                        etag.matches("[0-9a-f]{40}") ? etag : NO_BLOB,
                        etag.matches("[0-9a-f]{64}") ? etag : null));
            }
            return files;
        } catch (IOException failure) {
            throw CacheFailure.of(snapshot, failure);
        }
    }

    /** Whole or not at all: readers never see half a name. */
    private static void write(Path file, String text) {
        Path partial = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(partial, text);
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failure) {
            throw CacheFailure.of(file, failure);
        }
    }
}
