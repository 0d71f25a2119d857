package org.bitrank.service.submission;

import java.time.Instant;
import org.bitrank.service.run.RunView;

/**
 * A submission and its run.
 *
 * @param kind {@code recipe}, {@code checkpoint} or {@code base}
 * @param content the canonical recipe, or what the checkpoint was offered as, as JSON
 * @param origin {@code form}, {@code api} or {@code reference suite}
 */
public record SubmissionView(
        long id, String kind, String model, String title, String content, String origin, Instant createdAt, RunView run) {}
