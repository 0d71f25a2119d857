package org.bitrank.service.catalog;

import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.bitrank.engine.Sha256;
import org.bitrank.service.catalog.StudyFile.StudyEntry;
import org.bitrank.service.catalog.StudyFile.TableEntry;
import org.bitrank.service.result.ResultRecorder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Brings the published tables into the database at the first start, and again when a file has changed. */
@Component
@Order(1)
class PublishedLoader implements ApplicationRunner {
    private static final Logger log = LoggerFactory.getLogger(PublishedLoader.class);

    private final PublishedFolder folder;
    private final PublishedFileRepository files;
    private final ResultRecorder results;
    private final TransactionTemplate transaction;

    PublishedLoader(
            PublishedFolder folder, PublishedFileRepository files, ResultRecorder results, TransactionTemplate transaction) {
        this.folder = folder;
        this.files = files;
        this.results = results;
        this.transaction = transaction;
    }

    @Override
    public void run(ApplicationArguments arguments) {
        for (StudyEntry study : folder.file().studies()) {
            for (TableEntry table : study.tables()) {
                if (table.rows() != null) {
                    loadAlone(study, table);
                }
            }
        }
    }

    private void loadAlone(StudyEntry study, TableEntry table) {
        try {
            transaction.executeWithoutResult(status -> load(study, table));
        } catch (DataIntegrityViolationException e) {
            log.info("another process loads {} just now", table.file());
        }
    }

    private void load(StudyEntry study, TableEntry table) {
        String sha256 = sha256(table);
        if (files.findById(table.file()).filter(known -> known.sha256().equals(sha256)).isPresent()) {
            return;
        }
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        // First, so that of two processes that start together the second one fails here and loads nothing twice.
        files.saveAndFlush(new PublishedFile(table.file(), sha256, now));
        var rows = new PublishedRows(folder, study, table, now).all();
        results.replacePublished(table.file(), rows);
        log.info("loaded {} published rows of {}", rows.size(), table.file());
    }

    /** Of everything that the rows are made from. */
    private static String sha256(TableEntry table) {
        MessageDigest digest = Sha256.digest();
        digest.update(PublishedFolder.bytes("studies.yaml"));
        digest.update(PublishedFolder.bytes("caveats.yaml"));
        digest.update(PublishedFolder.bytes(table.file()));
        return Sha256.hex(digest);
    }
}
