package org.bitrank.service.catalog;

import java.util.List;
import java.util.Map;

/** {@code studies.yaml} as it stands; its head says what the keys mean. */
record StudyFile(Map<String, String> models, Map<String, MethodOfName> methods, List<StudyEntry> studies) {
    record MethodOfName(
            String method, Double bits, Double activationBits, Integer groupSize, Boolean symmetric, boolean unquantized,
            boolean ownTraining) {}

    record StudyEntry(
            String id, String title, String citation, String url, String setup, Map<String, ColumnEntry> columns,
            List<TableEntry> tables) {}

    record ColumnEntry(
            String label, String task, String metric, boolean percent, boolean main, boolean derived,
            boolean lowerIsBetter) {
        boolean score() {
            return task != null;
        }

        boolean perplexity() {
            return "perplexity".equals(metric);
        }

        boolean higherIsBetter() {
            return !lowerIsBetter && !perplexity();
        }
    }

    record TableEntry(
            String file, String title, String place, boolean fractions, RowsEntry rows,
            Map<String, Map<String, ColumnEntry>> modelsInColumns, MetricInColumn metricInColumn) {
        String name() {
            return file.substring(0, file.length() - ".csv".length());
        }
    }

    record RowsEntry(
            String model, String fixedModel, String modelPrefix, String method, String fixedMethod, String bits,
            Double fixedBits, String activationBits, String groupSize, String effectiveBits, String gigabits,
            String source) {}

    record MetricInColumn(String column, String value, Map<String, ColumnEntry> metrics) {}

    /** The entry of {@code caveats.yaml}. */
    record CaveatEntry(String id, String study, String basis, String text, List<CellsEntry> cells) {}

    record CellsEntry(String file, Map<String, String> where, List<String> columns) {
        boolean concerns(String file, Map<String, String> line, String column) {
            if (!this.file.equals(file) || (columns != null && !columns.contains(column))) {
                return false;
            }
            return where == null
                    || where.entrySet().stream().allMatch(entry -> entry.getValue().equals(line.get(entry.getKey())));
        }
    }
}
