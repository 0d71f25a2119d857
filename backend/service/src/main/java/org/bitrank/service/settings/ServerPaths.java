package org.bitrank.service.settings;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bitrank.engine.checkpoint.ModelCatalog;
import org.bitrank.engine.hub.HubSettings;
import org.springframework.stereotype.Component;

/**
 * Keeps where things lie on this machine out of what clients are told. Messages name files, for whoever reads them on the command
 * line or in the server's log; a sender knows the archive, the model or the data set, not the folders that they came to lie in.
 * Paths that somebody typed into a request are told back as they are: messages put them in quotes, or behind {@code text:}.
 */
@Component
public class ServerPaths {
    private static final String UPLOAD = "the upload";

    /** In the order in which they are looked for: what lies deeper first. */
    private final Map<Pattern, String> names = new LinkedHashMap<>();

    ServerPaths(ServiceSettings settings) {
        String uploads = quoted(settings.uploads());
        put(uploads + "/(?:[0-9a-f]{64}|unpacking-[^/\\s]+/content|received-[^/\\s]+\\.part)", UPLOAD);
        put("(?:the hub cache )?" + quoted(HubSettings.usual().cache()), "the hub cache");
        put(quoted(settings.home()), "the server's storage");
        settings.dataDirectories().forEach(folder -> put(quoted(folder), "the server's data folder"));
        ModelCatalog.installation().ifPresent(root -> {
            put(quoted(root) + "/datasets/(?=reference/)", "");
            put(quoted(root), "BitRank's folder");
        });
        put(quoted(Path.of(System.getProperty("java.io.tmpdir"))) + "/bitrank-[^/\\s]+", "a temporary folder");
    }

    private void put(String pattern, String name) {
        names.put(Pattern.compile("(?<!['\":])(?:" + pattern + ")"), Matcher.quoteReplacement(name));
    }

    private static String quoted(Path folder) {
        return Pattern.quote(folder.toAbsolutePath().normalize().toString());
    }

    /** The text with names in the places of folders; null stays null. */
    public String hidden(String text) {
        if (text == null || text.indexOf('/') < 0) {
            return text;
        }
        String told = text;
        for (Map.Entry<Pattern, String> name : names.entrySet()) {
            told = name.getKey().matcher(told).replaceAll(name.getValue());
        }
        return told;
    }

    /** The same, of a file that came under a name of its sender's. */
    public String hidden(String text, String fileName) {
        String told = hidden(text);
        return told == null || fileName == null ? told : told.replace(UPLOAD + "/model.gguf", "'" + fileName + "'").replace(UPLOAD, "'" + fileName + "'");
    }
}
