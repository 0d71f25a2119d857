package org.bitrank.service.run;

import java.nio.file.Path;
import org.bitrank.kernels.DeviceInfo;
import org.bitrank.service.result.RowDetail;

/** The border to the engine: what a run asks for, done. */
interface RunExecutor {
    /**
     * Does a run from wherever an earlier attempt left it.
     *
     * @throws org.bitrank.kernels.BitRankException with the class of the failure
     */
    RowDetail execute(RunRequest request, Workplace place, RunProgress progress);

    DeviceInfo device();

    /**
     * @param work files of the run in progress; an interrupted attempt's are still there
     * @param records where per-item records go
     */
    record Workplace(long run, Path work, Path records) {}
}
