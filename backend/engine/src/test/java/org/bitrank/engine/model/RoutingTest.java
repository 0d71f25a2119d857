package org.bitrank.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RoutingTest {
    @Test
    void tokensLieExpertAfterExpertAndFindTheirRowsAgain() {
        float[] scores = {
            0, 1, 2,
            (float) Math.log(3), 0, -1,
            5, 5, 5
        };
        Routing routing = Routing.of(scores, 3, 2);
        // Token 0 goes to experts 1 and 2, tokens 1 and 2 to 0 and 1: of equals the first.
        assertThat(routing.tokens()).containsExactly(1, 2, 0, 1, 2, 0);
        assertThat(routing.first()).containsExactly(0, 2, 5, 6);
        assertThat(routing.places()).containsExactly(2, 5, 0, 3, 1, 4);
        float share = (float) (1 / (1 + Math.E));
        assertThat(routing.weights()).containsExactly(new float[] {share, 1 - share, 0.75f, 0.25f, 0.5f, 0.5f}, within(1e-6f));
    }

    @Test
    void anExpertMayGetNothing() {
        Routing routing = Routing.of(new float[] {1, 0, 3}, 3, 1);
        assertThat(routing.first()).containsExactly(0, 0, 0, 1);
        assertThat(routing.weights()).containsExactly(1f);
    }
}
