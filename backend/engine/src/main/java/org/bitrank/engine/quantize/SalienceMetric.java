package org.bitrank.engine.quantize;

/** How much a weight matters. */
enum SalienceMetric {
    /** {@code |w|}. */
    MAGNITUDE {
        @Override
        float of(float weight, float upper) {
            return Math.abs(weight);
        }
    },
    /** {@code w^2 / U_jj^2}, where {@code U} is the factor of the inverse Hessian: what losing the weight would cost. */
    HESSIAN {
        @Override
        float of(float weight, float upper) {
            return weight * weight / (upper * upper);
        }
    };

    /** @param upper {@code U_jj} of the weight's column */
    abstract float of(float weight, float upper);
}
