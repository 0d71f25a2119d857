package org.bitrank.web.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class HostNamesTest {
    private final HostNames local = new HostNames(List.of(), false);

    @Test
    void answersToTheLoopbackNamesOnAnyPort() {
        assertThat(List.of("localhost", "localhost:8080", "127.0.0.1:9", "[::1]:8080", "LOCALHOST")).allMatch(local::allow);
    }

    @Test
    void aStrangersNameThatResolvesHereIsRefused() {
        assertThat(local.allow("evil.example:8080")).isFalse();
        assertThat(local.allow("localhost.evil.example")).isFalse();
        assertThat(local.allow("192.168.1.4:8080")).isFalse();
        assertThat(local.allow(null)).isFalse();
    }

    @Test
    void anOpenedServerAnswersToAddressesAndToTheNamesGivenOnly() {
        var open = new HostNames(List.of("bench.example.org"), true);
        assertThat(open.allow("192.168.1.4:8080")).isTrue();
        assertThat(open.allow("Bench.example.org")).isTrue();
        assertThat(open.allow("evil.example")).isFalse();
    }
}
