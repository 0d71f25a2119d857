package org.bitrank.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.ModelCatalog;
import org.bitrank.engine.measure.BitAccount;
import org.bitrank.engine.measure.RuntimeRounding;
import org.bitrank.engine.measure.StoredParts;
import org.bitrank.engine.measure.BitAccount.Share;
import org.bitrank.engine.measure.BitAccount.TensorClass;
import org.bitrank.engine.model.ModelConfig;
import org.bitrank.engine.model.ModelNotes;
import org.bitrank.engine.model.VisionConfig;
import org.bitrank.kernels.BitRankException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

@Command(name = "inspect", description = "Show architecture, parameters, format, bytes and effective bits per weight of a checkpoint.")
final class InspectCommand implements Callable<Integer> {
    private static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "MODEL", description = "Catalogue id, directory, .gguf file or hf://owner/name[@revision].")
    private String model;

    @Option(names = "--json", description = "As one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        try (Checkpoint checkpoint = Checkpoint.open(ModelCatalog.resolve(model, ConsoleProgress.of(spec.commandLine())))) {
            BitAccount account = BitAccount.of(checkpoint);
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(JSON.writeValueAsString(describe(checkpoint, account)));
            } else {
                print(out, checkpoint, account);
            }
            return 0;
        }
    }

    private static ObjectNode describe(Checkpoint checkpoint, BitAccount account) {
        ObjectNode described = JSON.createObjectNode();
        described.put("path", checkpoint.path().toString());
        described.put("architecture", architecture(checkpoint));
        described.set("model_type", checkpoint.config().path("model_type"));
        described.put("format", checkpoint.format());
        var notes = described.putArray("notes");
        ModelNotes.of(checkpoint).forEach(notes::add);
        RuntimeRounding rounding = RuntimeRounding.of(checkpoint);
        described.set("activations", JSON.valueToTree(rounding.inputs()));
        described.put("kv_cache", rounding.keyValues());
        described.put("parameters", account.parameters());
        described.put("tensors", checkpoint.weights().names().size());
        described.put("weight_files", checkpoint.weightFiles().size());
        described.put("bytes", account.bytes());
        described.put("nominal_bits", account.nominalBits());
        described.put("effective_bits", account.effectiveBits());
        described.put("bits_all", account.bitsAll());
        ObjectNode price = described.putObject("quantized_bits");
        StoredParts.of(account).forEach(part -> price.put(part.name(), part.bits()));
        ObjectNode towers = described.putObject("towers");
        account.towers().forEach((tower, share) -> describe(towers.putObject(tower.label()), share));
        ObjectNode classes = described.putObject("classes");
        new TreeMap<>(account.classes()).forEach((kind, share) -> {
            ObjectNode entry = classes.putObject(kind.name().toLowerCase(Locale.ROOT));
            describe(entry, share);
            var encodings = entry.putArray("encodings");
            encodings(checkpoint, kind).forEach(encodings::add);
        });
        return described;
    }

    private static void describe(ObjectNode entry, Share share) {
        entry.put("tensors", share.tensors());
        entry.put("parameters", share.parameters());
        entry.put("quantized_parameters", share.quantized());
        entry.put("bits", share.bits());
        entry.put("bytes", share.stored().total());
        entry.set("stored", JSON.valueToTree(share.stored()));
    }

    private static void print(PrintWriter out, Checkpoint checkpoint, BitAccount account) {
        JsonNode whole = checkpoint.config();
        JsonNode config = whole.has("text_config") ? whole.path("text_config") : whole;
        line(out, "path", "%s", checkpoint.path());
        line(out, "architecture", "%s, %s blocks, hidden size %s, vocabulary %s", architecture(checkpoint),
                config.path("num_hidden_layers").asString("?"), config.path("hidden_size").asString("?"), config.path("vocab_size").asString("?"));
        pictures(checkpoint).ifPresent(text -> line(out, "pictures", "%s", text));
        line(out, "parameters", "%,d in %,d tensors", account.parameters(), checkpoint.weights().names().size());
        line(out, "format", "%s", checkpoint.format());
        line(out, "bytes", "%,d in %d file%s", account.bytes(), checkpoint.weightFiles().size(), checkpoint.weightFiles().size() == 1 ? "" : "s");
        line(out, "bits a weight", "%.3f in the linear layers (nominal %.3g), %.3f over all tensors", account.effectiveBits(), account.nominalBits(), account.bitsAll());
        if (account.quantizedParameters() > 0) {
            line(out, "made of", "%s", StoredParts.text(account));
        }
        RuntimeRounding rounding = RuntimeRounding.of(checkpoint);
        rounding.inputs().forEach(text -> line(out, "activations", "%s", text));
        if (rounding.keyValues() != null) {
            line(out, "KV cache", "%s", rounding.keyValues());
        }
        ModelNotes.of(checkpoint).forEach(note -> line(out, "note", "%s", note));
        out.println();
        out.printf(Locale.ROOT, "%-10s %8s %16s %10s %16s  %s%n", "class", "tensors", "parameters", "bits", "bytes", "stored as");
        for (Map.Entry<TensorClass, Share> entry : new TreeMap<>(account.classes()).entrySet()) {
            Share share = entry.getValue();
            out.printf(Locale.ROOT, "%-10s %,8d %,16d %10.3f %,16d  %s%n", entry.getKey().name().toLowerCase(Locale.ROOT), share.tensors(),
                    share.parameters(), share.bits(), share.stored().total(), String.join(", ", encodings(checkpoint, entry.getKey())));
        }
        if (!account.towers().isEmpty()) {
            out.println();
            out.printf(Locale.ROOT, "%-10s %8s %16s %10s %16s  %s%n", "tower", "tensors", "parameters", "bits", "bytes", "quantized");
            account.towers().forEach((tower, share) -> out.printf(Locale.ROOT, "%-10s %,8d %,16d %10.3f %,16d  %,d%n", tower.label(),
                    share.tensors(), share.parameters(), share.bits(), share.stored().total(), share.quantized()));
        }
        out.flush();
    }

    /** How the model is shown pictures; empty where it reads text alone, or its config is none that this release runs. */
    private static Optional<String> pictures(Checkpoint checkpoint) {
        VisionConfig vision;
        try {
            vision = ModelConfig.of(checkpoint.config()).vision();
        } catch (BitRankException unknown) {
            return Optional.empty();
        }
        if (vision == null) {
            return Optional.empty();
        }
        ModelConfig blocks = vision.tower().blocks();
        return Optional.of("%s, %d of %d blocks, hidden size %d; %d pixels a side in patches of %d; tiles merged %s".formatted(
                blocks.modelType(), vision.blocksRun(), blocks.layers(), blocks.hiddenSize(), vision.tower().imageSize(),
                vision.tower().patchSize(), vision.merge().name().toLowerCase(Locale.ROOT)));
    }

    private static void line(PrintWriter out, String name, String format, Object... values) {
        out.printf(Locale.ROOT, "%-14s %s%n", name, String.format(Locale.ROOT, format, values));
    }

    private static String architecture(Checkpoint checkpoint) {
        return checkpoint.config().path("architectures").path(0).asString(checkpoint.config().path("model_type").asString("unknown"));
    }

    private static TreeSet<String> encodings(Checkpoint checkpoint, TensorClass kind) {
        var found = new TreeSet<String>();
        for (String name : checkpoint.weights().names()) {
            var info = checkpoint.weights().info(name);
            if (TensorClass.of(name, info) == kind) {
                found.add(info.encoding());
            }
        }
        return found;
    }
}
