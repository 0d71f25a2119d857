package org.bitrank.service.catalog;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** A published table that is in the database, with the checksum of all that its rows were made from. */
@Entity
@Table(name = "published_file")
class PublishedFile {
    @Id
    private String name;

    private String sha256;
    private Instant loadedAt;

    protected PublishedFile() {}

    PublishedFile(String name, String sha256, Instant loadedAt) {
        this.name = name;
        this.sha256 = sha256;
        this.loadedAt = loadedAt;
    }

    String sha256() {
        return sha256;
    }
}
