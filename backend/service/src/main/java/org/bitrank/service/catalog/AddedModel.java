package org.bitrank.service.catalog;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** A model that an operator named. */
@Entity
@Table(name = "catalog_model")
class AddedModel {
    @Id
    private String id;

    @Column(length = 2_000)
    private String location;

    @Column(length = 2_000)
    private String description;

    private String licence;
    private Instant addedAt;

    protected AddedModel() {}

    AddedModel(String id, String location, String description, String licence, Instant addedAt) {
        this.id = id;
        this.location = location;
        this.description = description;
        this.licence = licence;
        this.addedAt = addedAt;
    }

    ModelEntry entry() {
        return new ModelEntry(id, location, description, licence, Suites.of(id), false);
    }
}
