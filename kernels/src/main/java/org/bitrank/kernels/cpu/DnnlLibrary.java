package org.bitrank.kernels.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;
import org.bitrank.kernels.NativeCall;
import org.bytedeco.javacpp.Loader;

/** The libraries that JavaCPP unpacks, oneDNN and the OpenMP it was built with: their functions, and what a status says. */
final class DnnlLibrary {
    private static final SymbolLookup LIBRARY = load("libdnnl.so.3");
    private static final SymbolLookup OPENMP = load("libgomp.so.1");

    private DnnlLibrary() {}

    /** A function of oneDNN that returns a status; see {@link #check}. */
    static MethodHandle function(String name, MemoryLayout... arguments) {
        return functionReturning(name, ValueLayout.JAVA_INT, arguments);
    }

    static MethodHandle functionReturning(String name, MemoryLayout result, MemoryLayout... arguments) {
        return Linker.nativeLinker().downcallHandle(LIBRARY.findOrThrow(name), FunctionDescriptor.of(result, arguments));
    }

    /** A function of OpenMP that returns nothing. */
    static MethodHandle openMpFunction(String name, MemoryLayout... arguments) {
        return Linker.nativeLinker().downcallHandle(OPENMP.findOrThrow(name), FunctionDescriptor.ofVoid(arguments));
    }

    /** A call that writes the address of what it made. */
    interface Creation {
        int into(MemorySegment at) throws Throwable;
    }

    static long create(String what, Creation creation) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment at = arena.allocate(ValueLayout.JAVA_LONG);
            check(creation.into(at), "create " + what);
            return at.get(ValueLayout.JAVA_LONG, 0);
        } catch (Throwable failure) {
            throw NativeCall.failed(failure);
        }
    }

    /** Throws where a status is not success: {@link BitRankException} of class OUT_OF_MEMORY where that was the reason. */
    static void check(int status, String what) {
        if (status == 1) {
            throw new BitRankException(FailureClass.OUT_OF_MEMORY,
                    "out of memory: oneDNN could not " + what);
        }
        if (status != 0) {
            throw new IllegalStateException("oneDNN could not " + what + " (status " + status + ")");
        }
    }

    private static SymbolLookup load(String file) {
        try {
            Path jni = Path.of(Loader.load(org.bytedeco.dnnl.global.dnnl.class));
            return SymbolLookup.libraryLookup(jni.resolveSibling(file), Arena.global());
        } catch (LinkageError | RuntimeException failure) {
            throw new BitRankException(FailureClass.UNSUPPORTED,
                    "oneDNN cannot be loaded (%s): Linux on x86-64 is needed, and a writable JavaCPP cache folder"
                            .formatted(failure.getMessage()), failure);
        }
    }
}
