package org.bitrank.service.catalog;

import java.util.List;
import java.util.Optional;

/** The models, suites and machines; methods and tasks are the engine's own registries. */
public interface Catalog {
    String REFERENCE_MODEL = "reference/micro-llama";
    String REFERENCE_VISUAL_MODEL = "reference/micro-llava";

    /** In order of id. */
    List<ModelEntry> models();

    Optional<ModelEntry> model(String id);

    /** What the engine is to open for a model name: the location of a catalogue entry, else the name itself. */
    String location(String model);

    /** Adds a directory, a GGUF file or a hub id under a name of the operator's choice. BAD_INPUT when the name is taken. */
    ModelEntry add(String id, String location, String description, String licence);

    List<Suite> suites();

    Suite suiteFor(String model);

    List<HardwareEntry> hardware();
}
