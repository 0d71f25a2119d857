package org.bitrank.web.errors;

import jakarta.servlet.ServletException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bitrank.engine.hub.HubTrouble;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;
import org.bitrank.service.room.DiskTrouble;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.util.ObjectUtils;
import org.springframework.web.ErrorResponse;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.multipart.MaxUploadSizeExceededException;
import org.springframework.web.servlet.resource.NoResourceFoundException;
import tools.jackson.core.exc.StreamReadException;

/**
 * One failed request.
 *
 * @param detail what is wrong, where
 * @param next whose turn it is, and what to do
 * @param fields messages by the field that they belong to
 */
public record Failure(HttpStatusCode status, String title, String detail, String next, Map<String, String> fields) {
    public static Failure of(Throwable exception) {
        return switch (exception) {
            case BitRankException known when HubTrouble.isCauseOf(known) -> new Failure(HttpStatus.BAD_GATEWAY, title(HttpStatus.BAD_GATEWAY), known.getMessage(),
                    "Send it again in some minutes. A checkpoint can also be uploaded as an archive, and a model that lies on the server be named by its path.", Map.of());
            case BitRankException known -> of(known);
            case MissingPage missing -> of(HttpStatus.NOT_FOUND, missing.getMessage());
            case InvalidFields invalid -> new Failure(HttpStatus.BAD_REQUEST, "Not accepted", invalid.getMessage(), "Mend the fields named and send it again.", invalid.fields());
            case MaxUploadSizeExceededException _ -> of(HttpStatus.CONTENT_TOO_LARGE, null);
            case NoResourceFoundException _ -> of(HttpStatus.NOT_FOUND, null);
            case MethodArgumentTypeMismatchException mismatch -> of(HttpStatus.BAD_REQUEST, mismatch.getName() + "=" + ObjectUtils.nullSafeToString(mismatch.getValue()) + ": something else belongs here, a number most likely.");
            case HttpMessageNotReadableException unread -> of(HttpStatus.BAD_REQUEST, "The body is not the JSON object that belongs here" + place(unread) + ".");
            case ErrorResponse response -> of(response.getStatusCode(), response.getBody().getDetail());
            // Spring's wrapping of what is no exception.
            case ServletException wrapped when wrapped.getCause() instanceof OutOfMemoryError -> of(HttpStatus.SERVICE_UNAVAILABLE,
                    "The server ran out of memory over this request.");
            case Throwable other when DiskTrouble.isCauseOf(other) -> of(HttpStatus.INSUFFICIENT_STORAGE,
                    "The server's disk is full or failing, so that nothing can be stored and its database cannot be read.");
            default -> of(HttpStatus.INTERNAL_SERVER_ERROR, null);
        };
    }

    /** Where the text stops being JSON; of JSON that is no object there is no such place. */
    private static String place(HttpMessageNotReadableException unread) {
        return unread.getCause() instanceof StreamReadException broken && broken.getLocation() != null
                ? ": line " + broken.getLocation().getLineNr() + ", column " + broken.getLocation().getColumnNr() + ", " + broken.getOriginalMessage()
                : "";
    }

    private static Failure of(BitRankException known) {
        HttpStatus status = status(known.failureClass());
        return new Failure(status, title(status), known.getMessage(), next(status), Map.of());
    }

    static Failure of(HttpStatusCode status, String detail) {
        return new Failure(status, title(status), detail == null ? detail(status) : detail, next(status), Map.of());
    }

    private static HttpStatus status(FailureClass failure) {
        return switch (failure) {
            case USAGE, BAD_INPUT -> HttpStatus.BAD_REQUEST;
            case UNSUPPORTED, DATA_MISSING, NUMERICAL -> HttpStatus.UNPROCESSABLE_CONTENT;
            case OUT_OF_MEMORY, INFRASTRUCTURE -> HttpStatus.SERVICE_UNAVAILABLE;
            case CANCELLED -> HttpStatus.CONFLICT;
            case UNEXPECTED -> HttpStatus.INTERNAL_SERVER_ERROR;
        };
    }

    private static String title(HttpStatusCode status) {
        return switch (status.value()) {
            case 400 -> "Not accepted";
            case 404 -> "Nothing here";
            case 405 -> "Not that way";
            case 409 -> "Too late for that";
            case 413 -> "Too large";
            case 415 -> "Unknown kind of content";
            case 422 -> "Understood, but not possible here";
            case 416 -> "No such range";
            case 502 -> "The hub gave no answer";
            case 503, 507 -> "The server cannot do this now";
            default -> status.is5xxServerError() ? "Our mistake" : "Not accepted";
        };
    }

    private static String detail(HttpStatusCode status) {
        return switch (status.value()) {
            case 404 -> "There is no page at this address.";
            case 413 -> "The upload is larger than this server takes.";
            default -> status.is5xxServerError() ? "Something failed that should not have. The server's log has the details." : "The request was not understood.";
        };
    }

    private static String next(HttpStatusCode status) {
        return switch (status.value()) {
            case 404 -> "Rows and submissions keep their addresses; look for it on the board or in the queue.";
            case 413 -> "Name a directory on the server or a hub id instead of uploading, or raise bitrank.web.upload-limit.";
            case 422 -> "Choose another model, method or format, or provide what is missing.";
            case 507 -> "The operator must make room; the server then goes on by itself, and nothing that it accepted is lost.";
            case 503 -> "The operator must act; the request can be sent again afterwards.";
            default -> status.is5xxServerError() ? "The operator must look into it; sending it again may help." : "Mend the request and send it again.";
        };
    }

    /** The same, what is wrong put in other words. */
    public Failure told(UnaryOperator<String> words) {
        var told = new LinkedHashMap<String, String>();
        fields.forEach((field, message) -> told.put(field, words.apply(message)));
        return new Failure(status, title, words.apply(detail), next, told);
    }

    ProblemDetail problem() {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setTitle(title);
        problem.setProperty("next", next);
        if (!fields.isEmpty()) {
            problem.setProperty("fields", fields);
        }
        return problem;
    }
}
