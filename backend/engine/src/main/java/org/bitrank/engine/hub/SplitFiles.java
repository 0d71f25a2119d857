package org.bitrank.engine.hub;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which files of a data set's repository hold a split: as its card says, else as their names do. */
final class SplitFiles {
    /** What can be read, here and by DuckDB. */
    private static final Pattern READABLE = Pattern.compile(".*\\.(?:parquet|(?:jsonl|json|csv|tsv)(?:\\.gz)?)");
    private static final Pattern SHARD = Pattern.compile("(.*)-(\\d{5})-of-(\\d{5})(\\..*)");
    private static final Map<String, List<String>> OTHER_NAMES = Map.of(
            "train", List.of("training"),
            "validation", List.of("valid", "dev", "val"),
            "test", List.of("testing", "eval"));
    private static final Set<String> NEUTRAL = Set.of("", "data", "default");

    private SplitFiles() {}

    /**
     * @param config null for the usual one
     * @return in the order of their names; empty where no file that can be read holds it
     */
    static List<HubFile> of(List<HubFile> files, DatasetCard card, String config, String split) {
        if (!card.configurations().isEmpty()) {
            return card.configuration(config)
                    .map(configuration -> matching(files, configuration.patterns().getOrDefault(split, List.of())))
                    .orElse(List.of());
        }
        List<HubFile> named = select(files, path -> isOf(path, config, split));
        for (String other : named.isEmpty() ? OTHER_NAMES.getOrDefault(split, List.of()) : List.<String>of()) {
            named = named.isEmpty() ? select(files, path -> isOf(path, config, other)) : named;
        }
        return named;
    }

    /** The files that any pattern names; empty where one of them cannot be read. */
    static List<HubFile> matching(List<HubFile> files, List<String> patterns) {
        var chosen = new ArrayList<HubFile>();
        for (String pattern : patterns) {
            Pattern path = glob(pattern);
            for (HubFile file : select(files, name -> path.matcher(name).matches())) {
                if (!chosen.contains(file)) {
                    chosen.add(file);
                }
            }
        }
        return chosen.stream().allMatch(file -> READABLE.matcher(file.path()).matches()) ? chosen : List.of();
    }

    /** {@code CONFIG/SPLIT/0000.parquet}: what the hub itself converts data sets to. */
    static List<HubFile> converted(List<HubFile> files, String config, String split) {
        List<String> configs = files.stream().filter(HubFile::inFolder).map(file -> file.path().substring(0, file.path().indexOf('/'))).distinct().toList();
        String wanted = config != null || configs.size() != 1 ? config == null ? "default" : config : configs.getFirst();
        return select(files, path -> path.startsWith(wanted + "/" + split + "/") && path.endsWith(".parquet"));
    }

    /** Of files numbered {@code 00001-of-00007} all are there. */
    static boolean isWhole(List<HubFile> files) {
        var counts = new HashMap<String, Integer>();
        for (HubFile file : files) {
            Matcher shard = SHARD.matcher(file.path());
            if (shard.matches()) {
                counts.merge(shard.group(1) + " of " + Integer.parseInt(shard.group(3)), 1, Integer::sum);
            }
        }
        return counts.entrySet().stream().allMatch(entry -> entry.getKey().endsWith(" of " + entry.getValue()));
    }

    private static List<HubFile> select(List<HubFile> files, Predicate<String> wanted) {
        return files.stream().filter(file -> wanted.test(file.path())).sorted(Comparator.comparing(HubFile::path)).toList();
    }

    /** {@code CONFIG/SPLIT-00000-of-00001.parquet}, {@code CONFIG/SPLIT/….parquet} and what else repositories use. */
    private static boolean isOf(String path, String config, String split) {
        if (!READABLE.matcher(path).matches()) {
            return false;
        }
        int slash = path.lastIndexOf('/');
        String folder = slash < 0 ? "" : path.substring(0, slash);
        boolean named = path.substring(slash + 1).matches("(?:.*[-_])?\\Q" + split + "\\E(?:-\\d{5}-of-\\d{5})?\\.[a-z.]+");
        if (!named && (folder.equals(split) || folder.endsWith("/" + split))) {
            named = true;
            folder = folder.substring(0, Math.max(0, folder.length() - split.length() - 1));
        }
        String place = folder.substring(folder.lastIndexOf('/') + 1);
        boolean neutral = NEUTRAL.contains(place);
        return named && (config == null ? neutral || place.equals("plain_text") : place.equals(config) || neutral && config.equals("default"));
    }

    /** As in the hub's tools: {@code *} stays inside a folder, {@code **} does not. */
    private static Pattern glob(String pattern) {
        var regex = new StringBuilder();
        int braces = 0;
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (pattern.startsWith("**/", i)) {
                regex.append("(?:.*/)?");
                i += 2;
            } else if (pattern.startsWith("**", i)) {
                regex.append(".*");
                i++;
            } else {
                braces += c == '{' ? 1 : c == '}' ? -1 : 0;
                regex.append(switch (c) {
                    case '*' -> "[^/]*";
                    case '?' -> "[^/]";
                    case '{' -> "(?:";
                    case '}' -> ")";
                    case ',' -> braces > 0 ? "|" : ",";
                    case '[', ']', '-' -> String.valueOf(c);
                    default -> Pattern.quote(String.valueOf(c));
                });
            }
        }
        try {
            return Pattern.compile(regex.toString());
        } catch (java.util.regex.PatternSyntaxException noGlob) {
            return Pattern.compile(Pattern.quote(pattern));
        }
    }
}
