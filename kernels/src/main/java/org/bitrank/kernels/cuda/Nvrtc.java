package org.bitrank.kernels.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.NativeCall;

/**
 * NVIDIA's run-time compiler. It makes machine code for one kind of GPU rather than PTX, because PTX of a newer toolkit
 * than the driver is refused.
 */
final class Nvrtc {
    private final MethodHandle createProgram;
    private final MethodHandle compileProgram;
    private final MethodHandle cubinSize;
    private final MethodHandle cubin;
    private final MethodHandle logSize;
    private final MethodHandle log;
    private final MethodHandle destroyProgram;

    Nvrtc() {
        var library = CudaLibrary.find("nvrtc", 13, 12);
        createProgram = library.function("nvrtcCreateProgram", ADDRESS, ADDRESS, ADDRESS, JAVA_INT, ADDRESS, ADDRESS);
        compileProgram = library.function("nvrtcCompileProgram", ADDRESS, JAVA_INT, ADDRESS);
        cubinSize = library.function("nvrtcGetCUBINSize", ADDRESS, ADDRESS);
        cubin = library.function("nvrtcGetCUBIN", ADDRESS, ADDRESS);
        logSize = library.function("nvrtcGetProgramLogSize", ADDRESS, ADDRESS);
        log = library.function("nvrtcGetProgramLog", ADDRESS, ADDRESS);
        destroyProgram = library.function("nvrtcDestroyProgram", ADDRESS);
    }

    /** Machine code of {@code source} for compute capability {@code architecture} (90 for 9.0). */
    byte[] compile(String source, String name, int architecture) {
        try (var arena = Arena.ofConfined()) {
            var holder = arena.allocate(ADDRESS);
            check((int) createProgram.invokeExact(
                    holder, arena.allocateFrom(source), arena.allocateFrom(name), 0, MemorySegment.NULL, MemorySegment.NULL));
            var program = holder.get(ADDRESS, 0);
            try {
                // Contraction to fused multiply-add is kept; fast-math is not, since exp and log must be accurate.
                var options = arena.allocate(ADDRESS, 2);
                options.setAtIndex(ADDRESS, 0, arena.allocateFrom("--gpu-architecture=sm_" + architecture));
                options.setAtIndex(ADDRESS, 1, arena.allocateFrom("--std=c++17"));
                int status = (int) compileProgram.invokeExact(program, 2, options);
                if (status != 0) {
                    throw BitRankException.unsupported("the CUDA kernels do not compile for sm_" + architecture
                            + " (NVRTC error " + status + "): " + log(program, arena));
                }
                var size = arena.allocate(JAVA_LONG);
                check((int) cubinSize.invokeExact(program, size));
                var code = arena.allocate(size.get(JAVA_LONG, 0));
                check((int) cubin.invokeExact(program, code));
                return code.toArray(ValueLayout.JAVA_BYTE);
            } finally {
                check((int) destroyProgram.invokeExact(holder));
            }
        } catch (Throwable failure) {
            throw NativeCall.failed(failure);
        }
    }

    private String log(MemorySegment program, Arena arena) throws Throwable {
        var size = arena.allocate(JAVA_LONG);
        check((int) logSize.invokeExact(program, size));
        var text = arena.allocate(Math.max(1, size.get(JAVA_LONG, 0)));
        check((int) log.invokeExact(program, text));
        return text.getString(0).strip();
    }

    private static void check(int status) {
        if (status != 0) {
            throw BitRankException.unsupported("NVRTC failed with error " + status
                    + (status == 7 ? "; libnvrtc-builtins must lie beside libnvrtc" : ""));
        }
    }
}
