package org.bitrank.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResourcesTest {
    private final List<String> closed = new ArrayList<>();

    private AutoCloseable resource(String name) {
        return () -> closed.add(name);
    }

    private AutoCloseable failing(String name) {
        return () -> {
            closed.add(name);
            throw new IllegalStateException(name);
        };
    }

    @Test
    void allAreClosedBehindOnesThatFail() {
        assertThatThrownBy(() -> Resources.close(
                        resource("a"), failing("b"), null, Resources.all(List.of(failing("c"), resource("d"), failing("e"))), resource("f")))
                .hasMessage("b")
                .satisfies(first -> assertThat(first.getSuppressed()).singleElement().satisfies(second -> {
                    assertThat(second).hasMessage("c");
                    assertThat(second.getSuppressed()).singleElement().satisfies(third -> assertThat(third).hasMessage("e"));
                }));
        assertThat(closed).containsExactly("a", "b", "c", "d", "e", "f");
    }

    @Test
    void oneFailureOfAllIsThrownOnce() {
        var failure = new IllegalStateException("the device is gone");
        AutoCloseable gone = () -> {
            throw failure;
        };
        assertThatThrownBy(() -> Resources.close(gone, gone)).isSameAs(failure).hasNoSuppressedExceptions();
    }
}
