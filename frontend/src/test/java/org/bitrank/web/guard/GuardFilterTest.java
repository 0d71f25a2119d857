package org.bitrank.web.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.bitrank.web.WebSettings;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class GuardFilterTest {
    private final GuardFilter filter = new GuardFilter(new WebSettings(List.of(), false));

    @Test
    void ourOwnFormsAndProgramsMayChangeThings() throws Exception {
        assertThat(answer("POST", "Sec-Fetch-Site", "same-origin", "Origin", "http://localhost:8080").getStatus()).isEqualTo(200);
        assertThat(answer("POST").getStatus()).isEqualTo(200);
    }

    @Test
    void anotherSitesFormMayNot() throws Exception {
        assertThat(answer("POST", "Sec-Fetch-Site", "cross-site").getStatus()).isEqualTo(403);
        assertThat(answer("POST", "Sec-Fetch-Site", "same-site").getStatus()).isEqualTo(403);
        assertThat(answer("POST", "Origin", "http://evil.example").getStatus()).isEqualTo(403);
        assertThat(answer("DELETE", "Origin", "null").getStatus()).isEqualTo(403);
        assertThat(answer("POST", "Origin", "http://localhost:9999").getStatus()).isEqualTo(403);
    }

    @Test
    void everybodyMayFollowALinkHere() throws Exception {
        assertThat(answer("GET", "Sec-Fetch-Site", "cross-site").getStatus()).isEqualTo(200);
    }

    @Test
    void everyAnswerForbidsStrangeContent() throws Exception {
        var response = answer("GET");
        assertThat(response.getHeader("Content-Security-Policy")).contains("default-src 'none'").doesNotContain("unsafe");
        assertThat(response.getHeader("X-Content-Type-Options")).isEqualTo("nosniff");
    }

    @Test
    void aReboundNameIsMisdirected() throws Exception {
        var request = new MockHttpServletRequest("GET", "/");
        request.addHeader("Host", "evil.example");
        var response = new MockHttpServletResponse();
        filter.doFilter(request, response, new MockFilterChain());
        assertThat(response.getStatus()).isEqualTo(421);
    }

    private MockHttpServletResponse answer(String method, String... headers) throws Exception {
        var request = new MockHttpServletRequest(method, "/submit");
        request.addHeader("Host", "localhost:8080");
        for (int i = 0; i < headers.length; i += 2) {
            request.addHeader(headers[i], headers[i + 1]);
        }
        var response = new MockHttpServletResponse();
        filter.doFilter(request, response, new MockFilterChain());
        return response;
    }
}
