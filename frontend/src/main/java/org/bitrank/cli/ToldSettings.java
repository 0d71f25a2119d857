package org.bitrank.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bitrank.kernels.ComputeType;

/** What stands on the command line of a server goes before the environment, which goes before the defaults: Spring's arguments. */
final class ToldSettings {
    private final List<String> arguments = new ArrayList<>();

    /** @param value null where nobody said anything */
    ToldSettings with(String setting, Object value) {
        if (value != null) {
            arguments.add("--" + setting + "=" + (value instanceof ComputeType type ? type.label() : value));
        }
        return this;
    }

    ToldSettings with(String setting, Path path) {
        return with(setting, path == null ? null : (Object) path.toAbsolutePath());
    }

    /** Each under a number of its own, so that names may have commas. */
    ToldSettings with(String setting, List<Path> paths) {
        for (int i = 0; i < paths.size(); i++) {
            with(setting + "[" + i + "]", paths.get(i));
        }
        return this;
    }

    String[] arguments() {
        return arguments.toArray(String[]::new);
    }
}
