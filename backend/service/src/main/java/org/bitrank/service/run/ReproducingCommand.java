package org.bitrank.service.run;

import java.util.ArrayList;
import java.util.List;
import org.bitrank.engine.evaluate.ChatSettings;
import org.bitrank.engine.evaluate.EvaluationReport;
import org.bitrank.engine.evaluate.Protocol;
import org.bitrank.engine.image.AnyResolution;

/**
 * The command line that measures the same again.
 *
 * @param model what the engine opens for the model of the request
 */
record ReproducingCommand(RunRequest request, String model, EvaluationReport report) {
    String text() {
        TaskList tasks = TaskList.of(request.tasks());
        Protocol protocol = report.tasks().getFirst().protocol();
        var words = new ArrayList<>(List.of("./bitrank", "eval", "--model"));
        if (request.kind() == RunKind.CHECKPOINT) {
            words.addAll(List.of(quoted(request.checkpoint()), "--base"));
        }
        words.add(quoted(model));
        if (request.recipe() != null) {
            words.addAll(List.of("--recipe", quoted(request.recipe())));
        }
        words.addAll(List.of("--tasks", quoted(String.join(",", tasks.names()))));
        if (tasks.limit() != null) {
            words.addAll(List.of("--limit", tasks.limit().toString()));
        }
        if (!request.chat().equals(ChatSettings.AUTO)) {
            words.addAll(List.of("--apply-chat-template", request.chatTemplate()));
        }
        if (request.rounding() != AnyResolution.Rounding.SEVEN_DECIMALS) {
            words.addAll(List.of("--picture-tokens", request.pictureTokens()));
        }
        words.addAll(List.of("--add-bos", protocol.bos(), "--backend", protocol.backend(), "--compute", protocol.computeType()));
        return String.join(" ", words);
    }

    private static String quoted(String word) {
        return word.matches("[\\w./:@=,+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
