package org.bitrank.service.artifact;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

@Entity
@Table(name = "artifact")
class StoredArtifact {
    @Id
    private String sha256;

    private String fileName;
    private long bytes;
    private Instant createdAt;

    @Column(length = 1_000_000)
    private String listing;

    protected StoredArtifact() {}

    StoredArtifact(String sha256, String fileName, long bytes, Instant createdAt, String listing) {
        this.sha256 = sha256;
        this.fileName = fileName;
        this.bytes = bytes;
        this.createdAt = createdAt;
        this.listing = listing;
    }

    String sha256() {
        return sha256;
    }

    String fileName() {
        return fileName;
    }

    long bytes() {
        return bytes;
    }

    Instant createdAt() {
        return createdAt;
    }

    String listing() {
        return listing;
    }
}
