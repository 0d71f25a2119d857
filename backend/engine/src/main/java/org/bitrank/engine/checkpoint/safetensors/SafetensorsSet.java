package org.bitrank.engine.checkpoint.safetensors;

import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bitrank.engine.checkpoint.Json;
import org.bitrank.engine.checkpoint.ModelFiles;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.kernels.BitRankException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The tensors of one safetensors file or of the shards that an index names. */
public final class SafetensorsSet implements AutoCloseable {
    public static final String SINGLE = "model.safetensors";
    public static final String INDEX = "model.safetensors.index.json";

    private final List<SafetensorsFile> files;
    private final SortedMap<String, SafetensorsFile> holder;

    private SafetensorsSet(List<SafetensorsFile> files, SortedMap<String, SafetensorsFile> holder) {
        this.files = files;
        this.holder = holder;
    }

    /** The set in a directory, or empty where there is none. */
    public static Optional<SafetensorsSet> open(Path directory) {
        Optional<ObjectNode> index = Json.readObject(directory.resolve(INDEX));
        if (index.isPresent()) {
            return Optional.of(sharded(directory, index.get()));
        }
        Optional<Path> single = single(directory);
        if (single.isEmpty()) {
            return Optional.empty();
        }
        SafetensorsFile file = SafetensorsFile.open(single.get());
        var holder = new TreeMap<String, SafetensorsFile>();
        file.tensors().keySet().forEach(name -> holder.put(name, file));
        return Optional.of(new SafetensorsSet(List.of(file), holder));
    }

    /** The file under its usual name, AutoGPTQ's, which tells its settings, or the only one there is. */
    private static Optional<Path> single(Path directory) {
        Path usual = directory.resolve(SINGLE);
        if (Files.exists(usual)) {
            return Optional.of(usual);
        }
        List<Path> files = ModelFiles.with(directory, ".safetensors");
        List<Path> autoGptq = files.stream().filter(file -> file.getFileName().toString().startsWith("gptq_model-")).toList();
        List<Path> candidates = autoGptq.isEmpty() ? files : autoGptq;
        return candidates.size() == 1 ? Optional.of(candidates.getFirst()) : Optional.empty();
    }

    private static SafetensorsSet sharded(Path directory, ObjectNode index) {
        JsonNode map = index.path("weight_map");
        if (!map.isObject() || map.isEmpty()) {
            throw BitRankException.badInput(directory.resolve(INDEX) + " has no weight_map");
        }
        var opened = new TreeMap<String, SafetensorsFile>();
        var holder = new TreeMap<String, SafetensorsFile>();
        var set = new SafetensorsSet(new ArrayList<>(), holder);
        try {
            for (Map.Entry<String, JsonNode> entry : map.properties()) {
                String shard = entry.getValue().asString("");
                SafetensorsFile file = opened.get(shard);
                if (file == null) {
                    file = SafetensorsFile.open(shardPath(directory, shard));
                    opened.put(shard, file);
                    set.files.add(file);
                }
                if (!file.tensors().containsKey(entry.getKey())) {
                    throw BitRankException.badInput("%s names tensor %s in %s, which does not hold it"
                            .formatted(directory.resolve(INDEX), entry.getKey(), shard));
                }
                holder.put(entry.getKey(), file);
            }
            return set;
        } catch (RuntimeException failure) {
            set.close();
            throw failure;
        }
    }

    private static Path shardPath(Path directory, String shard) {
        if (!shard.endsWith(".safetensors") || shard.contains("/") || shard.contains("\\")) {
            throw BitRankException.badInput("%s names the shard '%s', which is no safetensors file beside it"
                    .formatted(directory.resolve(INDEX), shard));
        }
        Path path = directory.resolve(shard);
        if (!Files.exists(path)) {
            throw BitRankException.badInput("shard %s is missing from %s; get the whole checkpoint".formatted(shard, directory));
        }
        return path;
    }

    public SortedMap<String, SafetensorsFile> holders() {
        return holder;
    }

    /** Weight files in the order of their names. */
    public List<Path> paths() {
        return files.stream().map(SafetensorsFile::path).sorted().toList();
    }

    boolean contains(String name) {
        return holder.containsKey(name);
    }

    public StoredTensor tensor(String name) {
        return file(name).tensors().get(name);
    }

    MemorySegment bytes(String name) {
        return file(name).bytes(name);
    }

    /** What the file that holds a tensor says of itself. */
    public Map<String, String> metadata(String name) {
        return file(name).metadata();
    }

    int[] integers(String name) {
        return file(name).integers(name);
    }

    DenseWeight dense(String name) {
        return file(name).dense(tensor(name));
    }

    private SafetensorsFile file(String name) {
        SafetensorsFile file = holder.get(name);
        if (file == null) {
            throw BitRankException.badInput("the checkpoint holds no tensor " + name);
        }
        return file;
    }

    public void unload() {
        files.forEach(SafetensorsFile::unload);
    }

    @Override
    public void close() {
        files.forEach(SafetensorsFile::close);
    }
}
