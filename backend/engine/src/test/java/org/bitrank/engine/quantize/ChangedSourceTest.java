package org.bitrank.engine.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.bitrank.engine.checkpoint.SourceAround;
import org.bitrank.engine.checkpoint.StoredBytes;
import org.bitrank.engine.checkpoint.TensorInfo;
import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.engine.weights.ActivationScheme;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.engine.weights.InputNorm;
import org.bitrank.engine.weights.KeyValueScales;
import org.bitrank.engine.weights.Weight;
import org.junit.jupiter.api.Test;

class ChangedSourceTest {
    private static final ActivationScheme SCHEME =
            new ActivationScheme(ActivationScheme.Type.INT, 8, ActivationScheme.Granularity.TOKEN, 0, true, true, null, null);
    private static final KeyValueScales SCALES = new KeyValueScales(ActivationScheme.Type.FLOAT, 8, new float[] {0.5f}, new float[] {0.25f});
    private static final InputNorm NORM = new InputNorm(new float[] {1, 2}, 1e-5f);

    /** A file of one matrix that says all that a file can say of a layer. */
    private static final class Talkative implements WeightSource {
        @Override
        public SortedSet<String> names() {
            return new TreeSet<>(Set.of("a.weight"));
        }

        @Override
        public TensorInfo info(String name) {
            return TensorInfo.of(name, List.of(1, 2), "float32", 32, StoredBytes.dense(8));
        }

        @Override
        public Weight read(String name) {
            return DenseWeight.of(new float[] {1, 2}, 1, 2);
        }

        @Override
        public Optional<ActivationScheme> activations(String linear) {
            return Optional.of(SCHEME);
        }

        @Override
        public Optional<KeyValueScales> keyValueScales(String linear) {
            return Optional.of(SCALES);
        }

        @Override
        public Optional<InputNorm> inputNorm(String linear) {
            return Optional.of(NORM);
        }
    }

    @Test
    void whatTheFileSaysOfALayerIsPassedOn() {
        var changed = new ChangedSource(new Talkative());
        assertThat(changed.activations("a")).contains(SCHEME);
        assertThat(changed.keyValueScales("a")).contains(SCALES);
        assertThat(changed.inputNorm("a")).contains(NORM);
    }

    @Test
    void aChangedTensorIsReadAsItIsNowInEveryWay() {
        var changed = new ChangedSource(new Talkative());
        Weight now = DenseWeight.of(new float[] {3, 4}, 1, 2);
        changed.put("a.weight", now);
        assertThat(changed.read("a.weight")).isSameAs(now);
        assertThat(changed.readStored("a.weight")).isSameAs(now);
        assertThat(changed.readExactly("a.weight")).containsExactly(3, 4);
    }

    /** Whatever comes to be said of layers. */
    @Test
    void everyAnswerAboutALayerIsPassedOnBySourcesAroundOthers() throws NoSuchMethodException {
        for (Method method : WeightSource.class.getMethods()) {
            if (method.getReturnType() == Optional.class) {
                assertThat(SourceAround.class.getMethod(method.getName(), method.getParameterTypes()).getDeclaringClass())
                        .as(method.getName())
                        .isEqualTo(SourceAround.class);
            }
        }
        assertThat(Arrays.stream(WeightSource.class.getMethods()).filter(method -> method.getReturnType() == Optional.class)).hasSizeGreaterThan(2);
    }
}
