package org.bitrank.web.errors;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;
import org.bitrank.service.settings.ServerPaths;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.servlet.ModelAndView;
import tools.jackson.databind.json.JsonMapper;

/** Every failure leaves through here, whether a controller threw it or the container refused the request. */
@Controller
@ControllerAdvice
class ErrorPages implements ErrorController {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorPages.class);

    private final JsonMapper json;
    private final ServerPaths paths;

    ErrorPages(JsonMapper json, ServerPaths paths) {
        this.json = json;
        this.paths = paths;
    }

    @ExceptionHandler(Exception.class)
    ModelAndView thrown(Exception exception, HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (response.isCommitted()) {
            // A reader who left in the middle of a download: there is nobody to tell.
            return new ModelAndView();
        }
        Failure failure = Failure.of(exception);
        if (exception instanceof BitRankException known && known.failureClass() != FailureClass.UNEXPECTED) {
            // Its one line says all.
            if (failure.status().is5xxServerError()) {
                LOG.warn("{} {}: {}", request.getMethod(), request.getRequestURI(), known.getMessage());
            }
        } else if (failure.status().is5xxServerError()) {
            LOG.error("{} {} failed", request.getMethod(), request.getRequestURI(), exception);
        }
        return answer(failure, request.getRequestURI(), response);
    }

    @RequestMapping("/error")
    ModelAndView refused(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
        Object address = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
        if (request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof Exception exception) {
            LOG.error("{} failed", address, exception);
        }
        Failure failure = Failure.of(HttpStatusCode.valueOf(status instanceof Integer code ? code : 404), null);
        return answer(failure, address == null ? "/" : address.toString(), response);
    }

    private ModelAndView answer(Failure found, String address, HttpServletResponse response) throws IOException {
        Failure failure = found.told(paths::hidden);
        response.setStatus(failure.status().value());
        if (!address.startsWith("/api/")) {
            return new ModelAndView("error", Map.of("failure", failure), failure.status());
        }
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.setCharacterEncoding("UTF-8");
        response.getWriter().write(json.writeValueAsString(failure.problem()));
        return new ModelAndView();
    }
}
