package org.bitrank.kernels.cuda;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bitrank.kernels.BitRankException;

/** A CUDA library of whichever major version is installed, newest first. */
final class CudaLibrary {
    private final String name;
    private final SymbolLookup symbols;

    private CudaLibrary(String name, SymbolLookup symbols) {
        this.name = name;
        this.symbols = symbols;
    }

    /**
     * Finds {@code libNAME.so.VERSION} on the loader's path, in CUDA_HOME or in the usual folders.
     *
     * @param versions the library's own major versions in CUDA 13 and CUDA 12, tried in this order
     */
    static CudaLibrary find(String name, int... versions) {
        for (int version : versions) {
            String file = "lib" + name + ".so." + version;
            for (String candidate : candidates(file)) {
                try {
                    var symbols = candidate.contains("/")
                            ? SymbolLookup.libraryLookup(Path.of(candidate), Arena.global())
                            : SymbolLookup.libraryLookup(candidate, Arena.global());
                    return new CudaLibrary(candidate, symbols);
                } catch (IllegalArgumentException absent) {
                    // The next place may have it.
                }
            }
        }
        throw BitRankException.unsupported("lib" + name + ".so of CUDA 13 or 12 was not found; install the CUDA toolkit's "
                + "runtime libraries, or name their folder in CUDA_HOME or LD_LIBRARY_PATH");
    }

    private static List<String> candidates(String file) {
        var found = new ArrayList<String>();
        found.add(file);
        var roots = new ArrayList<Path>();
        String home = System.getenv("CUDA_HOME");
        if (home != null) {
            roots.add(Path.of(home));
        }
        try (var folders = Files.newDirectoryStream(Path.of("/usr/local"), "cuda*")) {
            folders.forEach(roots::add);
        } catch (IOException unreadable) {
            // Then the loader's path has to do.
        }
        for (Path root : roots) {
            for (String folder : List.of("lib64", "lib", "targets/x86_64-linux/lib")) {
                Path library = root.resolve(folder).resolve(file);
                if (Files.exists(library)) {
                    found.add(library.toString());
                }
            }
        }
        return found;
    }

    /** A function that returns a status code. */
    MethodHandle function(String function, MemoryLayout... parameters) {
        var address = symbols.find(function)
                .orElseThrow(() -> BitRankException.unsupported(name + " has no function " + function
                        + "; install a CUDA 12 or 13 toolkit"));
        return Linker.nativeLinker().downcallHandle(address, FunctionDescriptor.of(ValueLayout.JAVA_INT, parameters));
    }
}
