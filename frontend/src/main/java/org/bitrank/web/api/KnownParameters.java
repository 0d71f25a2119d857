package org.bitrank.web.api;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bitrank.engine.NearNames;
import org.bitrank.web.errors.InvalidFields;
import org.springframework.core.MethodParameter;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Refuses parameters of {@code /api/v1} that nothing reads: {@code ?metod=gptq} would be answered with all methods, which a
 * program takes for the ones that it asked for. Pages pass them over, because links to them are decorated on their way.
 */
@Component
class KnownParameters implements HandlerInterceptor, WebMvcConfigurer {
    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this).addPathPatterns(IndexApi.ROOT + "/**", IndexApi.ROOT);
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (handler instanceof HandlerMethod method && Stream.of(method.getMethodParameters()).noneMatch(KnownParameters::takesAll)) {
            List<String> known = Stream.of(method.getMethodParameters()).filter(parameter -> parameter.hasParameterAnnotation(RequestParam.class)).map(KnownParameters::name).toList();
            refuseOthers(request.getParameterMap().keySet(), known);
        }
        return true;
    }

    private static void refuseOthers(Iterable<String> names, List<String> known) {
        var unknown = new TreeMap<String, String>();
        for (String name : names) {
            if (!known.contains(name)) {
                unknown.put(name, known.isEmpty() ? "unknown; this takes no parameters" : NearNames.unknown(name, known));
            }
        }
        if (!unknown.isEmpty()) {
            throw new InvalidFields(unknown);
        }
    }

    /** Such a handler looks at the names itself. */
    private static boolean takesAll(MethodParameter parameter) {
        return parameter.hasParameterAnnotation(RequestParam.class) && Map.class.isAssignableFrom(parameter.getParameterType());
    }

    private static String name(MethodParameter parameter) {
        String declared = parameter.getParameterAnnotation(RequestParam.class).name();
        return declared.isEmpty() ? parameter.getParameter().getName() : declared;
    }
}
