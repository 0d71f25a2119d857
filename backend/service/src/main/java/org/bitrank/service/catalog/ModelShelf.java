package org.bitrank.service.catalog;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bitrank.kernels.BitRankException;
import org.bitrank.service.result.Rows;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

@Service
@Transactional(readOnly = true)
class ModelShelf implements Catalog {
    private static final List<ModelEntry> BUILT_IN = List.of(
            builtIn(REFERENCE_MODEL,
                    "A small LLaMA trained on BitRank's own closed world: a yardstick for methods, at work within minutes of the first start"),
            builtIn(REFERENCE_VISUAL_MODEL, "The same LLaMA behind a small vision tower, trained to read drawings: a yardstick for pictures"));

    private final AddedModelRepository added;
    private final Rows rows;

    ModelShelf(AddedModelRepository added, Rows rows) {
        this.added = added;
        this.rows = rows;
    }

    private static ModelEntry builtIn(String id, String description) {
        return new ModelEntry(id, id, description, "Apache-2.0", Suites.of(id), true);
    }

    @Override
    public List<ModelEntry> models() {
        var models = new ArrayList<>(BUILT_IN);
        added.findAllByOrderById().forEach(model -> models.add(model.entry()));
        models.sort((a, b) -> a.id().compareTo(b.id()));
        return models;
    }

    @Override
    public Optional<ModelEntry> model(String id) {
        return BUILT_IN.stream().filter(model -> model.id().equals(id)).findFirst().or(() -> added.findById(id).map(AddedModel::entry));
    }

    @Override
    public String location(String model) {
        return model(model).map(ModelEntry::location).orElse(model);
    }

    @Override
    @Transactional
    public ModelEntry add(String id, String location, String description, String licence) {
        if (!id.matches("[A-Za-z0-9][\\w.-]*(/[A-Za-z0-9][\\w.+-]*)*(@[0-9a-f]{7,40})?") || id.length() > 200) {
            throw BitRankException.badInput("a model's id is a name or owner/name of letters, digits, '.', '_' and '-', not '" + id + "'");
        }
        if (id.startsWith("reference/") || added.existsById(id)) {
            throw BitRankException.badInput("there is a model '" + id + "' already; choose another id");
        }
        return added.save(new AddedModel(id, location, description, licence, Instant.now().truncatedTo(ChronoUnit.MICROS)))
                .entry();
    }

    @Override
    public List<Suite> suites() {
        return Suites.all();
    }

    @Override
    public Suite suiteFor(String model) {
        return Suites.of(model);
    }

    @Override
    public List<HardwareEntry> hardware() {
        return rows.devices().stream()
                .map(device -> new HardwareEntry(device.device(), device.backend(), device.rows()))
                .toList();
    }
}
