package org.bitrank.engine.measure;

import org.bitrank.kernels.DeviceInfo;

/**
 * Measured on the very artifact that was scored.
 *
 * @param prefillTokensPerSecond tokens of a prompt a second, and {@code prefillTokens} of them
 * @param decodeTokensPerSecond tokens generated a second, one sequence
 * @param peakMemoryBytes the process's peak resident memory since the model was loaded; a GPU's own is not told
 */
public record Speed(
        DeviceInfo device,
        String computeType,
        double prefillTokensPerSecond,
        int prefillTokens,
        double decodeTokensPerSecond,
        int decodeTokens,
        long peakMemoryBytes) {}
