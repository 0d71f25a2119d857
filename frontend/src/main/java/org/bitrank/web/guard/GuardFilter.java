package org.bitrank.web.guard;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.bitrank.web.WebSettings;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import tools.jackson.databind.json.JsonMapper;

/** Refuses strange hosts and cross-site changes, and tells browsers to run nothing but our own files. */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class GuardFilter extends OncePerRequestFilter {
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
            + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private final HostNames hostNames;

    GuardFilter(WebSettings settings) {
        this.hostNames = new HostNames(settings.hostNames(), settings.remote());
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        response.setHeader("Content-Security-Policy", POLICY);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("X-Frame-Options", "DENY");
        response.setHeader("Referrer-Policy", "same-origin");
        response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
        response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
        if (!hostNames.allow(request.getHeader("Host"))) {
            refuse(request, response, 421, "This server does not answer to that host name. Use http://localhost, or start it with --host-name NAME.");
        } else if (!SameOrigin.allows(request)) {
            refuse(request, response, 403, "Another site's page sent this request. Nothing was changed. Send the form from BitRank's own page.");
        } else {
            chain.doFilter(request, response);
        }
    }

    private static void refuse(HttpServletRequest request, HttpServletResponse response, int status, String why) throws IOException {
        response.setStatus(status);
        if (request.getRequestURI().startsWith("/api/")) {
            response.setContentType("application/problem+json;charset=UTF-8");
            response.getWriter().println(JsonMapper.shared().createObjectNode().put("title", "Not accepted").put("status", status).put("detail", why));
            return;
        }
        response.setContentType("text/plain;charset=UTF-8");
        response.getWriter().println(why);
    }
}
