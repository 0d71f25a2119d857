package org.bitrank.engine.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** What the head of a data set's README.md says of its configurations: which files hold which split. */
record DatasetCard(List<Configuration> configurations) {
    static final String FILE = "README.md";
    static final DatasetCard NONE = new DatasetCard(List.of());

    private static final YAMLMapper YAML = YAMLMapper.builder().build();
    private static final String FENCE = "---";
    /** Files named without a split are its split "train". */
    private static final String USUAL_SPLIT = "train";

    /** @param patterns of paths, by split */
    record Configuration(String name, boolean usual, Map<String, List<String>> patterns) {}

    /** A card that cannot be read says nothing. */
    static DatasetCard read(Path file) {
        try {
            String text = Files.readString(file);
            int end = text.indexOf("\n" + FENCE, FENCE.length());
            return text.startsWith(FENCE) && end > 0 ? of(YAML.readTree(text.substring(FENCE.length(), end))) : NONE;
        } catch (IOException | JacksonException unreadable) {
            return NONE;
        }
    }

    private static DatasetCard of(JsonNode head) {
        var configurations = new ArrayList<Configuration>();
        for (JsonNode node : head.path("configs")) {
            Map<String, List<String>> patterns = patterns(node.path("data_files"));
            if (!patterns.isEmpty()) {
                configurations.add(new Configuration(node.path("config_name").asString("default"), node.path("default").asBoolean(false), patterns));
            }
        }
        return new DatasetCard(configurations);
    }

    private static Map<String, List<String>> patterns(JsonNode files) {
        var patterns = new LinkedHashMap<String, List<String>>();
        if (files.isObject()) {
            files.properties().forEach(entry -> patterns.put(entry.getKey(), texts(entry.getValue())));
        } else if (files.isArray() && !files.isEmpty() && files.get(0).isObject()) {
            for (JsonNode entry : files) {
                patterns.computeIfAbsent(entry.path("split").asString(USUAL_SPLIT), split -> new ArrayList<>()).addAll(texts(entry.path("path")));
            }
        } else if (!texts(files).isEmpty()) {
            patterns.put(USUAL_SPLIT, texts(files));
        }
        return patterns;
    }

    private static List<String> texts(JsonNode node) {
        var texts = new ArrayList<String>();
        if (node.isString()) {
            texts.add(node.asString());
        }
        node.forEach(one -> texts.add(one.asString("")));
        return texts;
    }

    /** @param name null for the usual one */
    Optional<Configuration> configuration(String name) {
        for (Configuration configuration : configurations) {
            if (name == null ? configuration.usual : configuration.name.equals(name)) {
                return Optional.of(configuration);
            }
        }
        if (name == null && configurations.size() > 1) {
            return configuration("default");
        }
        return configurations.size() == 1 && (name == null || name.equals("default")) ? Optional.of(configurations.getFirst()) : Optional.empty();
    }
}
