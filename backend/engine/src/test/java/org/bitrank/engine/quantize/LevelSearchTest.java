package org.bitrank.engine.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.bitrank.engine.weights.Codebooks;
import org.junit.jupiter.api.Test;

class LevelSearchTest {
    @Test
    void findsTheNearestLevelOfAnyGrid() {
        var random = new Random(1);
        for (int count : new int[] {2, 3, 7, 16, 100, 256}) {
            var levels = new float[count];
            for (int i = 0; i < count; i++) {
                levels[i] = random.nextFloat() - 0.5f;
            }
            var search = LevelSearch.nearest(levels);
            for (int i = 0; i < 1000; i++) {
                float value = 1.5f * (random.nextFloat() - 0.5f);
                float found = Math.abs(levels[search.code(value) & 0xFF] - value);
                for (float level : levels) {
                    assertThat(found).isLessThanOrEqualTo(Math.abs(level - value) + 1e-7f);
                }
            }
        }
    }

    @Test
    void aNumberHalfWayGoesToTheLowerLevel() {
        var search = LevelSearch.nearest(new float[] {3, 1, 2});
        assertThat(search.code(1.5f)).isEqualTo((byte) 1);
        assertThat(search.code(Math.nextUp(1.5f))).isEqualTo((byte) 2);
        assertThat(search.code(2.5f)).isEqualTo((byte) 2);
        assertThat(search.code(Float.MAX_VALUE)).isEqualTo((byte) 0);
        assertThat(search.code(-Float.MAX_VALUE)).isEqualTo((byte) 1);
    }

    @Test
    void smallFloatsRoundHalvesToTheEvenMantissaAndKeepTheirSign() {
        float[] values = {0.25f, 0.75f, 1.25f, 1.75f, 2.5f, 3.5f, 5f, 5.01f, 100f};
        float[] rounded = {0f, 1f, 1f, 2f, 2f, 4f, 4f, 6f, 6f};
        for (int i = 0; i < values.length; i++) {
            assertThat(Codebooks.E2M1.levels()[Float4.code(values[i])]).isEqualTo(rounded[i]);
            assertThat(Codebooks.E2M1.levels()[Float4.code(-values[i])]).isEqualTo(-rounded[i]);
        }
    }
}
