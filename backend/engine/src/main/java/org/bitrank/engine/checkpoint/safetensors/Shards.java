package org.bitrank.engine.checkpoint.safetensors;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.bitrank.engine.checkpoint.Json;
import org.bitrank.engine.checkpoint.StorageFailure;
import tools.jackson.databind.node.ObjectNode;

/** One {@code model.safetensors}, or several with an index once there is more than a shard's worth. */
final class Shards implements AutoCloseable {
    private final Path directory;
    private final long maximumBytes;
    private final List<Path> done = new ArrayList<>();
    private final TreeMap<String, Integer> shardOf = new TreeMap<>();
    private SafetensorsWriter current;
    private long totalBytes;

    Shards(Path directory, long maximumBytes) {
        this.directory = directory;
        this.maximumBytes = maximumBytes;
        this.current = next();
    }

    /** Where the next tensor goes. */
    SafetensorsWriter current() {
        if (current.size() >= maximumBytes) {
            endShard();
            current = next();
        }
        return current;
    }

    private SafetensorsWriter next() {
        return SafetensorsWriter.create(directory.resolve("shard-%05d.safetensors".formatted(done.size())));
    }

    private void endShard() {
        current.finish();
        current.names().forEach(name -> shardOf.put(name, done.size()));
        totalBytes += current.size();
        done.add(directory.resolve("shard-%05d.safetensors".formatted(done.size())));
        current.close();
    }

    /** Gives the files their final names, which say how many there are. */
    List<Path> finish() {
        endShard();
        var files = new ArrayList<Path>();
        for (int i = 0; i < done.size(); i++) {
            Path file = directory.resolve(done.size() == 1 ? SafetensorsSet.SINGLE : shardName(i));
            try {
                Files.move(done.get(i), file);
            } catch (IOException failure) {
                throw StorageFailure.writing(file, failure);
            }
            files.add(file);
        }
        if (files.size() > 1) {
            writeIndex();
        }
        return files;
    }

    private String shardName(int index) {
        return "model-%05d-of-%05d.safetensors".formatted(index + 1, done.size());
    }

    private void writeIndex() {
        ObjectNode index = Json.MAPPER.createObjectNode();
        index.putObject("metadata").put("total_size", totalBytes);
        ObjectNode map = index.putObject("weight_map");
        shardOf.forEach((name, shard) -> map.put(name, shardName(shard)));
        Path file = directory.resolve(SafetensorsSet.INDEX);
        try {
            Files.write(file, Json.bytes(index));
        } catch (IOException failure) {
            throw StorageFailure.writing(file, failure);
        }
    }

    @Override
    public void close() {
        current.close();
    }
}
