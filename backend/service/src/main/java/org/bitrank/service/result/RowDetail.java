package org.bitrank.service.result;

import java.util.List;

/**
 * Everything known of one row.
 *
 * @param runId the run that measured it; null for published rows
 * @param recipe the canonical recipe as JSON; null for an unquantized or a published row
 * @param protocol what makes its numbers comparable, name by name
 * @param versions of BitRank, Java, native libraries
 * @param bits where the bits go, per class of tensor
 * @param positions token positions behind the divergence and agreement; 0 without a comparison
 * @param logTail the run's last lines
 * @param command what reproduces the row on the command line; null for published rows
 * @param files the artifact's files
 * @param records the per-item records, one file a task
 * @param caveats ids of everything known to be wrong with a published row or a cell of it
 * @param price what the effective bits are made of; empty for published rows, bases and rows of older versions
 * @param towers where the bits go, per part of a vision-language model; empty for models of text alone
 * @param evidence what the scores are worth, task by task; empty for published rows and for rows of older versions
 */
public record RowDetail(
        ResultRow row,
        Long runId,
        String recipe,
        List<NamedValue> protocol,
        List<NamedValue> hardware,
        List<NamedValue> versions,
        List<NamedValue> timings,
        List<BitsOfClass> bits,
        long positions,
        List<String> logTail,
        String command,
        List<ArtifactFile> files,
        List<RecordsFile> records,
        List<String> caveats,
        List<TaskEvidence> evidence,
        List<PartOfBits> price,
        List<BitsOfClass> towers) {
    public RowDetail {
        towers = towers == null ? List.of() : List.copyOf(towers);
        price = price == null ? List.of() : List.copyOf(price);
        evidence = evidence == null ? List.of() : List.copyOf(evidence);
    }

    /** A row without evidence. */
    public RowDetail(
            ResultRow row, Long runId, String recipe, List<NamedValue> protocol, List<NamedValue> hardware, List<NamedValue> versions,
            List<NamedValue> timings, List<BitsOfClass> bits, long positions, List<String> logTail, String command,
            List<ArtifactFile> files, List<RecordsFile> records, List<String> caveats) {
        this(row, runId, recipe, protocol, hardware, versions, timings, bits, positions, logTail, command, files, records, caveats,
                List.of(), List.of(), List.of());
    }

    RowDetail withRow(ResultRow other) {
        return new RowDetail(
                other, runId, recipe, protocol, hardware, versions, timings, bits, positions, logTail, command, files, records,
                caveats, evidence, price, towers);
    }

    /** A fact for a two-column list. */
    public record NamedValue(String name, String value) {}

    /** @param effectiveBits stored bits an element of this class of tensors, or tower */
    public record BitsOfClass(String name, long tensors, long elements, long bytes, double effectiveBits) {}

    /**
     * A part of what is stored for the quantized weights.
     *
     * @param name codes, scales, bitmaps and indices …
     * @param bits a quantized weight
     */
    public record PartOfBits(String name, long bytes, double bits) {}

    public record ArtifactFile(String name, long bytes, String sha256) {}

    public record RecordsFile(String task, String name, long bytes) {}
}
