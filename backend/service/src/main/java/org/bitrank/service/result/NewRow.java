package org.bitrank.service.result;

/**
 * A row to be written; its ids are given by the database and those inside are ignored.
 *
 * @param requestHash identifies the request that led to it; null for published rows
 * @param sourceTable file of a published row
 * @param sourceLine its line there, from 1; 0 when measured
 */
public record NewRow(RowDetail detail, String requestHash, String sourceTable, int sourceLine) {
    public static NewRow measured(RowDetail detail, String requestHash) {
        return new NewRow(detail, requestHash, null, 0);
    }
}
