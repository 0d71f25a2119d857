package org.bitrank.engine.checkpoint.bitrank;

import java.util.List;
import org.bitrank.engine.checkpoint.StoredBytes;
import org.bitrank.engine.checkpoint.TensorInfo;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsParts;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsWriter;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.engine.weights.ResidualBinaryWeight;

/** {@link ResidualBinaryWeight}: signs of all weights, second signs of the salient columns, a bitmap of the others' groups. */
public final class ResidualBinaryLayout implements BitrankLayout {
    private static final String FORM = "residual_form";
    private static final String COLUMNS = "residual_columns";
    private static final String SIGNS = "residual_signs";
    private static final String SECOND = "residual_second";
    private static final String LARGE = "residual_large";
    private static final String MEAN = "residual_mean";
    private static final String SPREAD = "residual_spread";

    /** Where a weight's means and spreads lie among its {@link ResidualBinaryWeight#NUMBERS}. */
    private static final int[] MEANS = {ResidualBinaryWeight.SMALL, ResidualBinaryWeight.LARGE, ResidualBinaryWeight.SALIENT};

    private static final int[] SPREADS = {
        ResidualBinaryWeight.SMALL + 1, ResidualBinaryWeight.LARGE + 1, ResidualBinaryWeight.SALIENT + 1, ResidualBinaryWeight.SALIENT + 2
    };

    @Override
    public String kind() {
        return "residual-binary";
    }

    @Override
    public Class<ResidualBinaryWeight> type() {
        return ResidualBinaryWeight.class;
    }

    @Override
    public String mark() {
        return FORM;
    }

    @Override
    public List<String> parts() {
        return List.of(FORM, COLUMNS, SIGNS, SECOND, LARGE, MEAN, SPREAD);
    }

    /** Rows, columns, columns of a block, how many columns are salient. */
    private static MatrixForm form(SafetensorsParts parts) {
        MatrixForm form = MatrixForm.read(parts, FORM, 4);
        form.number(2, 1, form.columns());
        form.number(3, 0, form.columns());
        return form;
    }

    @Override
    public TensorInfo info(SafetensorsParts parts) {
        MatrixForm form = form(parts);
        var stored = new StoredBytes(0, parts.size(SIGNS) + parts.size(SECOND), parts.size(SPREAD), parts.size(MEAN),
                parts.size(COLUMNS) + parts.size(LARGE), parts.size(FORM));
        return TensorInfo.of(
                parts.weightName(), form.shape(), "bitrank residual binary", 1 + (double) form.numbers()[3] / form.columns(), stored);
    }

    @Override
    public ResidualBinaryWeight read(SafetensorsParts parts) {
        MatrixForm form = form(parts);
        int columns = form.columns();
        int blockSize = form.numbers()[2];
        int salientColumns = form.numbers()[3];
        int blocks = GroupedWeight.groups(columns, blockSize);
        boolean[] salient = BitStream.readFlags(parts, COLUMNS, columns, salientColumns);
        byte[] codes = BitStream.read(parts, SIGNS, form.weights(), 1);
        byte[] second = BitStream.read(parts, SECOND, form.rows() * salientColumns, 1);
        byte[] large = BitStream.read(parts, LARGE, form.rows() * (columns - salientColumns), 1);
        int nextSecond = 0;
        int nextLarge = 0;
        for (int i = 0; i < codes.length; i++) {
            boolean set = (salient[i % columns] ? second[nextSecond++] : large[nextLarge++]) != 0;
            codes[i] |= (byte) (set ? ResidualBinaryWeight.SECOND : 0);
        }
        var numbers = new float[form.rows() * blocks * ResidualBinaryWeight.NUMBERS];
        spread(BitrankLayout.readFloats(parts, MEAN, form.rows(), blocks, MEANS.length), MEANS, numbers);
        spread(BitrankLayout.readFloats(parts, SPREAD, form.rows(), blocks, SPREADS.length), SPREADS, numbers);
        return new ResidualBinaryWeight(form.rows(), columns, salient, codes, blockSize, numbers, parts.floatType(MEAN));
    }

    private static void spread(float[] values, int[] places, float[] numbers) {
        for (int i = 0; i < values.length; i++) {
            numbers[i / places.length * ResidualBinaryWeight.NUMBERS + places[i % places.length]] = values[i];
        }
    }

    private static float[] gather(float[] numbers, int[] places) {
        var values = new float[numbers.length / ResidualBinaryWeight.NUMBERS * places.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = numbers[i / places.length * ResidualBinaryWeight.NUMBERS + places[i % places.length]];
        }
        return values;
    }

    @Override
    public void write(SafetensorsWriter file, String module, QuantizedWeight quantized) {
        var weight = (ResidualBinaryWeight) quantized;
        int columns = weight.columns();
        int salientColumns = weight.salientCount();
        var signs = new byte[weight.codes().length];
        var second = new byte[weight.rows() * salientColumns];
        var large = new byte[signs.length - second.length];
        int nextSecond = 0;
        int nextLarge = 0;
        for (int i = 0; i < signs.length; i++) {
            byte code = weight.codes()[i];
            signs[i] = (byte) (code & ResidualBinaryWeight.SIGN);
            byte set = (byte) ((code & ResidualBinaryWeight.SECOND) == 0 ? 0 : 1);
            if (weight.salient()[i % columns]) {
                second[nextSecond++] = set;
            } else {
                large[nextLarge++] = set;
            }
        }
        String prefix = module + ".";
        MatrixForm.write(file, prefix + FORM, weight.rows(), columns, weight.blockSize(), salientColumns);
        BitStream.write(file, prefix + COLUMNS, weight.salient());
        BitStream.write(file, prefix + SIGNS, signs, 1);
        BitStream.write(file, prefix + SECOND, second, 1);
        BitStream.write(file, prefix + LARGE, large, 1);
        BitrankLayout.writeFloats(file, prefix + MEAN, gather(weight.numbers(), MEANS), weight.type(), weight.rows(), weight.blocks(), MEANS.length);
        BitrankLayout.writeFloats(file, prefix + SPREAD, gather(weight.numbers(), SPREADS), weight.type(), weight.rows(), weight.blocks(), SPREADS.length);
    }
}
