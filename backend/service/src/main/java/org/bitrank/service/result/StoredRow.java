package org.bitrank.service.result;

import jakarta.persistence.Basic;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import org.bitrank.engine.quantize.recipe.RecipeLabel;

@Entity
@Table(name = "result_row")
class StoredRow {
    @Id
    @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "result_row_seq")
    @SequenceGenerator(name = "result_row_seq", sequenceName = "result_row_seq", allocationSize = 1)
    private Long id;

    @Enumerated(EnumType.STRING)
    private Provenance provenance;

    private Instant createdAt;
    private String model;
    private String method;
    private String label;
    private Double bits;
    private Double activationBits;
    private Integer groupSize;
    private Boolean symmetricGrid;
    private boolean unquantized;
    private String suite;
    private String format;
    private String protocolKey;
    private String protocolLine;
    private String requestHash;
    private String repeatKey;
    private Double divergence;
    private Double topAgreement;
    private Double effectiveBits;
    private Long bytes;
    private Double prefillRate;
    private Double decodeRate;
    private Long peakMemory;
    private Double quantizeSeconds;
    private String backend;
    private String device;

    @Column(name = "artifact_sha256")
    private String artifact;

    private String study;
    private String source;
    private String towers;

    @Column(length = 100_000)
    private String naming;

    private boolean pictures;

    private String sourceTable;
    private Integer sourceLine;

    @Basic
    @Column(length = 1_000_000)
    private String detail;

    protected StoredRow() {}

    StoredRow(NewRow added, String repeatKey, String naming, String detail) {
        ResultRow row = added.detail().row();
        provenance = row.provenance();
        createdAt = row.createdAt();
        model = row.model();
        method = row.method();
        label = row.label();
        bits = row.bits();
        activationBits = row.activationBits();
        groupSize = row.groupSize();
        symmetricGrid = row.symmetric();
        unquantized = row.unquantized();
        suite = row.suite();
        format = row.format();
        protocolKey = row.protocolKey();
        protocolLine = row.protocolLine();
        requestHash = added.requestHash();
        this.repeatKey = repeatKey;
        divergence = row.divergence();
        topAgreement = row.topAgreement();
        effectiveBits = row.effectiveBits();
        bytes = row.bytes();
        prefillRate = row.prefillRate();
        decodeRate = row.decodeRate();
        peakMemory = row.peakMemory();
        quantizeSeconds = row.quantizeSeconds();
        backend = row.backend();
        device = row.device();
        artifact = row.artifactSha256();
        study = row.study();
        source = row.source();
        towers = row.towers();
        this.naming = naming;
        pictures = row.pictures();
        sourceTable = added.sourceTable();
        sourceLine = added.sourceLine();
        this.detail = detail;
    }

    long id() {
        return id;
    }

    String repeatKey() {
        return repeatKey;
    }

    String detail() {
        return detail;
    }

    /** As {@link StoredName} has it; null unless a recipe made the row. */
    String naming() {
        return naming;
    }

    ResultRow toRow(RecipeLabel name, List<Score> scores) {
        return new ResultRow(
                id, provenance, createdAt, model, method, label, bits, activationBits, groupSize, symmetricGrid,
                unquantized, suite, format, protocolKey, protocolLine, null, divergence, topAgreement,
                effectiveBits, bytes, prefillRate, decodeRate, peakMemory, quantizeSeconds, backend, device, artifact,
                study, source, towers, name, pictures, scores);
    }
}
