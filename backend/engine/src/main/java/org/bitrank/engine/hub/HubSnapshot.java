package org.bitrank.engine.hub;

import java.nio.file.Path;
import java.util.List;

/**
 * Files of one commit on this machine.
 *
 * @param folder the commit's folder in the cache
 * @param files those that were asked for, in their order
 */
public record HubSnapshot(HubAddress address, String commit, Path folder, List<HubFile> files) {
    public HubSnapshot {
        files = List.copyOf(files);
    }

    public List<Path> paths() {
        return files.stream().map(file -> folder.resolve(file.path())).toList();
    }
}
