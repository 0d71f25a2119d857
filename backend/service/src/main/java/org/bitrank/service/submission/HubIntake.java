package org.bitrank.service.submission;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bitrank.engine.Progress;
import org.bitrank.engine.hub.Hub;
import org.bitrank.engine.hub.HubAddress;
import org.bitrank.engine.hub.HubModels;
import org.bitrank.engine.hub.HubSettings;
import org.bitrank.engine.model.ModelConfig;
import org.bitrank.kernels.BitRankException;
import org.bitrank.service.catalog.Catalog;
import org.bitrank.service.settings.ServiceSettings;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Models of a hub on their way in. What a branch means may change between two submissions, so a model is pinned to the commit
 * that it means now and enters the catalogue as {@code owner/name@commit}. Its weights are fetched by the worker.
 */
@Component
class HubIntake {
    private static final int SHORT_COMMIT = 7;

    private final Catalog catalog;
    private final ServiceSettings settings;
    private final JsonMapper json;

    HubIntake(Catalog catalog, ServiceSettings settings, JsonMapper json) {
        this.catalog = catalog;
        this.settings = settings;
        this.json = json;
    }

    /**
     * @param id in the catalogue
     * @param location the address with the commit, for the engine
     * @param format how the weights are stored, as far as the configuration tells
     */
    record Pinned(String id, String location, String format) {}

    /** Asks the hub; throws what is wrong with the model, as far as its small files tell. */
    Pinned pin(String address) {
        var models = new HubModels(new Hub(HubSettings.usual().hasty()));
        HubModels.Look look = models.look(HubAddress.model(address), settings.workerEnabled(), Progress.SILENT);
        return new Pinned(id(look.address()), look.address().text(), look.config() == null ? "gguf" : format(look.config(), address));
    }

    private String format(Path config, String address) {
        JsonNode node;
        try {
            node = json.readTree(Files.readAllBytes(config));
        } catch (IOException | JacksonException e) {
            throw BitRankException.badInput(address + ": its config.json cannot be read (" + e.getMessage() + ")", e);
        }
        if (!(node instanceof ObjectNode object)) {
            throw BitRankException.badInput(address + ": its config.json holds no JSON object");
        }
        ModelConfig.of(object);
        return object.path("quantization_config").path("quant_method").asString("safetensors");
    }

    private String id(HubAddress pinned) {
        String name = pinned.id() + (pinned.file() == null ? "" : "/" + pinned.file());
        String id = name + "@" + pinned.revision().substring(0, SHORT_COMMIT);
        boolean another = catalog.model(id).filter(known -> !known.location().equals(pinned.text())).isPresent();
        return another ? name + "@" + pinned.revision() : id;
    }

    /** Gives the model its place in the catalogue, where it has none. */
    synchronized void keep(Pinned pinned) {
        if (catalog.model(pinned.id()).isEmpty()) {
            catalog.add(pinned.id(), pinned.location(), "From the hub, at the commit of its first submission", null);
        }
    }
}
