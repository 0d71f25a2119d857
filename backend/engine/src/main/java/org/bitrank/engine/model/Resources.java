package org.bitrank.engine.model;

import org.bitrank.kernels.PackedMatrix;
import org.bitrank.kernels.Tensor;

/** Closes what holds device memory, of which some may not have been reached yet. */
final class Resources {
    private Resources() {}

    static void close(Tensor... tensors) {
        for (Tensor tensor : tensors) {
            if (tensor != null) {
                tensor.close();
            }
        }
    }

    static void close(RowTransform transform) {
        if (transform != null) {
            transform.close();
        }
    }

    static void close(InputTreatment treatment) {
        if (treatment != null) {
            treatment.close();
        }
    }

    static void close(KeyValueTreatment treatment) {
        if (treatment != null) {
            treatment.close();
        }
    }

    static void close(PackedMatrix matrix) {
        if (matrix != null) {
            matrix.close();
        }
    }

    static void close(Norm... norms) {
        for (Norm norm : norms) {
            if (norm != null) {
                norm.close();
            }
        }
    }

    static void close(Linear linear) {
        if (linear != null) {
            linear.close();
        }
    }
}
