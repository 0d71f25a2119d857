package org.bitrank.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.bitrank.engine.quantize.MethodRegistry;
import org.bitrank.engine.quantize.QuantizationMethod;
import org.bitrank.engine.quantize.recipe.OptionField;
import org.bitrank.engine.quantize.recipe.Recipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "methods", description = "The quantization methods and their options.")
final class MethodsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        return list();
    }

    @Command(name = "list", description = "One line a method.")
    int list() {
        int width = MethodRegistry.names().stream().mapToInt(String::length).max().orElse(0);
        for (QuantizationMethod<?> method : MethodRegistry.all()) {
            out().printf("%-" + width + "s %s%n", method.name(), method.summary());
        }
        return 0;
    }

    @Command(name = "show", description = "A method's options: allowed values, defaults, meaning.")
    int show(
            @Parameters(paramLabel = "NAME", description = "As in the list.") String name,
            @Option(names = "--json-schema", description = "JSON Schema of recipes for this method.") boolean jsonSchema) {
        var method = MethodRegistry.get(name);
        if (jsonSchema) {
            out().println(method.jsonSchema().toPrettyString());
            return 0;
        }
        out().printf("%s (%s)%n%s%n%s%n", method.title(), method.name(), method.summary(), method.source());
        show("weights", method.weightsSchema().fields());
        show("options", method.schema().fields());
        show("activations", method.activationsSchema().fields());
        show("kv-cache", method.keyValuesSchema().fields());
        if (method.calibrated()) {
            show("calibration", Recipe.calibrationFields());
        }
        show("scope", Recipe.scopeFields());
        return 0;
    }

    private void show(String section, Iterable<OptionField> fields) {
        out().printf("%n%s:%n", section);
        for (OptionField field : fields) {
            out().printf("  %-16s %s%n", field.name(), field.help());
            out().printf("  %-16s %s; default %s%n", "", field.allowed(), field.defaultText());
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
