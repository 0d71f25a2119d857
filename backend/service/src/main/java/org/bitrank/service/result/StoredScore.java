package org.bitrank.service.result;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;
import java.util.List;

@Entity
@Table(name = "result_score")
class StoredScore {
    @Id
    @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "result_score_seq")
    @SequenceGenerator(name = "result_score_seq", sequenceName = "result_score_seq", allocationSize = 50)
    private Long id;

    private long rowId;
    private int position;
    private String task;
    private String metric;
    private String filter;

    @Column(name = "score_value")
    private Double value;

    private String printed;

    @Column(name = "standard_error")
    private Double stderr;

    private boolean higherIsBetter;
    private boolean mainMetric;
    private Double baseValue;
    private Double difference;
    private Double differenceLow;
    private Double differenceHigh;
    private Double recovery;
    private String caveats;

    protected StoredScore() {}

    StoredScore(long rowId, int position, Score score) {
        this.rowId = rowId;
        this.position = position;
        task = score.task();
        metric = score.metric();
        filter = score.filter();
        value = score.value();
        printed = score.printed();
        stderr = score.stderr();
        higherIsBetter = score.higherIsBetter();
        mainMetric = score.main();
        baseValue = score.base();
        difference = score.difference();
        differenceLow = score.low();
        differenceHigh = score.high();
        recovery = score.recovery();
        caveats = String.join(" ", score.caveats());
    }

    long rowId() {
        return rowId;
    }

    Score toScore() {
        return new Score(
                task, metric, filter, value, printed, stderr, higherIsBetter, mainMetric, baseValue, difference,
                differenceLow, differenceHigh, recovery, caveats.isEmpty() ? List.of() : List.of(caveats.split(" ")));
    }
}
