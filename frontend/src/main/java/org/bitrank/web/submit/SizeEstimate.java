package org.bitrank.web.submit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.ModelCatalog;
import org.bitrank.engine.checkpoint.StorageFormats;
import org.bitrank.engine.checkpoint.TensorInfo;
import org.bitrank.engine.quantize.MethodRegistry;
import org.bitrank.engine.quantize.recipe.Recipe;
import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.kernels.BitRankException;
import org.bitrank.service.catalog.Catalog;
import org.springframework.stereotype.Component;

/** What a recipe's file will hold, counted from the model's shapes alone: codes, scales and zero points as they are packed. */
@Component
class SizeEstimate {
    /** @param bits of a quantized weight; @param bytes of all weights; @param original bytes of the model as it is */
    record Size(double bits, long bytes, long original) {}

    private record Layer(String name, long rows, long columns, long bytes, boolean linear) {}

    private final Catalog catalog;
    private final Map<String, List<Layer>> shapes = new ConcurrentHashMap<>();

    SizeEstimate(Catalog catalog) {
        this.catalog = catalog;
    }

    /** Whether the size follows from the settings alone. */
    static boolean follows(Recipe recipe) {
        return recipe.modules().isEmpty() && recipe.scope().languageAlone() && recipe.format().equals(StorageFormats.USUAL) && MethodRegistry.get(recipe.method()).uniformIntegers();
    }

    /** Null when the model can't be opened here, or when the size does not follow from the settings. */
    Size of(Recipe recipe) {
        if (!follows(recipe)) {
            return null;
        }
        List<Layer> layers;
        try {
            layers = shapes.computeIfAbsent(recipe.model(), this::layers);
        } catch (BitRankException e) {
            return null;
        }
        long quantizedBits = 0;
        long weights = 0;
        long rest = 0;
        long original = 0;
        WeightSettings settings = recipe.weights().fittedTo(layers.stream()
                .filter(layer -> layer.linear && !recipe.scope().excludes(layer.name))
                .map(layer -> (int) layer.columns)
                .toList());
        for (Layer layer : layers) {
            original += layer.bytes;
            if (layer.linear && !recipe.scope().excludes(layer.name)) {
                quantizedBits += bits(layer, settings);
                weights += layer.rows * layer.columns;
            } else {
                rest += layer.bytes;
            }
        }
        return weights == 0 ? null : new Size((double) quantizedBits / weights, quantizedBits / 8 + rest, original);
    }

    /** Codes and zero points are packed into words of 32 bits, along rows and columns. */
    private static long bits(Layer layer, WeightSettings settings) {
        long groups = layer.columns / settings.groupSizeFor((int) layer.columns);
        long codes = layer.rows * words(layer.columns, settings.bits());
        long zeros = settings.symmetric() ? 0 : words(layer.rows, settings.bits()) * groups;
        long scales = layer.rows * groups * 8L * settings.scaleType().dtype().bytes();
        return 32 * (codes + zeros) + scales;
    }

    private static long words(long codes, int bits) {
        return (codes * bits + 31) / 32;
    }

    private List<Layer> layers(String model) {
        var layers = new ArrayList<Layer>();
        Path here = ModelCatalog.local(catalog.location(model)).orElseThrow(() -> BitRankException.dataMissing(model + " is not on this machine yet"));
        try (Checkpoint checkpoint = Checkpoint.open(here)) {
            for (String name : checkpoint.weights().names()) {
                TensorInfo info = checkpoint.weights().info(name);
                boolean linear = name.endsWith("_proj.weight") && info.shape().size() == 2;
                String layer = name.endsWith(".weight") ? name.substring(0, name.length() - ".weight".length()) : name;
                layers.add(new Layer(layer, linear ? info.shape().get(0) : 0, linear ? info.shape().get(1) : 0, info.stored().total(), linear));
            }
        }
        return layers;
    }
}
