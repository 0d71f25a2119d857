package org.bitrank.engine.hub;

import java.util.List;
import java.util.Optional;

/**
 * What a repository holds at a commit, whether it has been fetched or not.
 *
 * @param address what was asked for
 * @param commit what its revision means
 */
public record HubListing(HubAddress address, String commit, List<HubFile> files) {
    public HubListing {
        files = List.copyOf(files);
    }

    Optional<HubFile> file(String path) {
        return files.stream().filter(file -> file.path().equals(path)).findFirst();
    }

    /** The same at the commit, which means the same for ever. */
    public HubAddress pinned() {
        return address.at(commit);
    }
}
