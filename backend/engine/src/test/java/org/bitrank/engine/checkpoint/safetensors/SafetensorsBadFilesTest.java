package org.bitrank.engine.checkpoint.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DType;
import org.bitrank.kernels.FailureClass;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A header is believed only as far as the file bears it out. */
class SafetensorsBadFilesTest {
    private static final int DATA = 24;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            the tensor ends after the file          | {"a":{"dtype":"F32","shape":[7],"data_offsets":[0,28]}}                                                            | truncated
            the file ends after the tensor          | {"a":{"dtype":"F32","shape":[5],"data_offsets":[0,20]}}                                                            | 4 bytes after its last tensor
            the shape needs more than the span      | {"a":{"dtype":"F32","shape":[7],"data_offsets":[0,24]}}                                                            | needs 28 bytes, its data_offsets span 24
            offsets run backwards                   | {"a":{"dtype":"F32","shape":[6],"data_offsets":[24,0]}}                                                            | span -24
            tensors overlap                         | {"a":{"dtype":"F32","shape":[6],"data_offsets":[0,24]},"b":{"dtype":"F32","shape":[1],"data_offsets":[20,24]}}     | overlap
            a hole between tensors                  | {"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},"b":{"dtype":"F32","shape":[1],"data_offsets":[20,24]}}     | leave a hole
            a hole before the first tensor          | {"a":{"dtype":"F32","shape":[5],"data_offsets":[4,24]}}                                                            | leave a hole
            an unknown type                         | {"a":{"dtype":"F7","shape":[6],"data_offsets":[0,24]}}                                                             | unknown type 'F7'
            a type that is no text                  | {"a":{"dtype":7,"shape":[6],"data_offsets":[0,24]}}                                                                | unknown type
            no shape                                | {"a":{"dtype":"F32","data_offsets":[0,24]}}                                                                        | has no shape
            no offsets                              | {"a":{"dtype":"F32","shape":[6]}}                                                                                  | has no data_offsets
            a negative size                         | {"a":{"dtype":"F32","shape":[-6],"data_offsets":[0,24]}}                                                           | impossible size or offset -6
            a size that is no whole number          | {"a":{"dtype":"F32","shape":[6.5],"data_offsets":[0,24]}}                                                          | impossible size or offset 6.5
            a size beyond 64 bits                   | {"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,24]}}                                         | impossible size or offset
            sizes whose product overflows           | {"a":{"dtype":"F32","shape":[2147483647,2147483647,2147483647],"data_offsets":[0,24]}}                             | too large
            a product that wraps to the right size  | {"a":{"dtype":"U8","shape":[1431655766,1073741824,12],"data_offsets":[0,24]}}                                      | too large
            an offset beyond 64 bits                | {"a":{"dtype":"F32","shape":[6],"data_offsets":[0,18446744073709551640]}}                                          | impossible size or offset
            a tensor that is there twice            | {"a":{"dtype":"F32","shape":[6],"data_offsets":[0,24]},"a":{"dtype":"F32","shape":[6],"data_offsets":[0,24]}}      | not valid JSON
            no JSON                                 | {"a":{"dtype":"F32","shape":[6],"data_offsets":[0,24]}                                                             | not valid JSON
            no object                               | [1, 2, 3]                                                                                                          | no JSON object
            an entry that is no object              | {"a":[1]}                                                                                                          | unknown type
            half a byte                             | {"a":{"dtype":"F4","shape":[49],"data_offsets":[0,24]}}                                                            | needs 24 bytes
            """)
    void aLieIsRefused(String lie, String json, String message) throws IOException {
        Path file = write(json.getBytes(StandardCharsets.UTF_8), new byte[DATA]);
        assertBadInput(file, message);
    }

    @Test
    void aHeaderLongerThanTheFileIsRefused() throws IOException {
        assertBadInput(write(10_000, "{}".getBytes(StandardCharsets.UTF_8), new byte[DATA]), "truncated");
    }

    @Test
    void aHugeHeaderIsRefusedBeforeMemoryIsTaken() throws IOException {
        assertBadInput(write(Long.MAX_VALUE, new byte[0], new byte[DATA]), "claims a header of 9223372036854775807 bytes");
        assertBadInput(write(-1, new byte[0], new byte[DATA]), "claims a header of 18446744073709551615 bytes");
    }

    @Test
    void whatLiesUnderAWeightFilesNameInsteadIsSaid() throws IOException {
        Path pointer = Files.writeString(Files.createTempDirectory(folder, "lfs").resolve("model.safetensors"),
                "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 538090408\n");
        assertBadInput(pointer, "is a pointer of Git LFS, not the weights; get them with git lfs pull");
        for (String page : new String[] {"<!DOCTYPE html><html>", "<html lang=en><body>", "<?xml version='1.0'?><Error>"}) {
            Path file = Files.writeString(Files.createTempDirectory(folder, "page").resolve("model.safetensors"), page);
            assertBadInput(file, "is a web page, not the weights");
        }
    }

    @Test
    void textThatIsNoUtf8IsRefused() throws IOException {
        assertBadInput(write(new byte[] {'{', '"', (byte) 0xC3, (byte) 0x28, '"', ':', '1', '}'}, new byte[0]), "");
    }

    @Test
    void deepNestingIsRefused() throws IOException {
        assertBadInput(write(("{\"a\":" + "[".repeat(200_000)).getBytes(StandardCharsets.UTF_8), new byte[0]), "not valid JSON");
    }

    @Test
    void everyTruncationIsRefused() throws IOException {
        byte[] whole = Files.readAllBytes(good());
        for (int length = 0; length < whole.length; length++) {
            Path file = folder.resolve("cut.safetensors");
            Files.write(file, Arrays.copyOf(whole, length));
            assertBadInput(file, "");
        }
    }

    /** Whatever byte of the header is changed, the file is refused or every tensor stays inside it. */
    @Test
    void everyChangedByteIsRefusedOrHarmless() throws IOException {
        byte[] whole = Files.readAllBytes(good());
        int header = (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong();
        var random = new Random(1);
        for (int at = 0; at < Long.BYTES + header; at++) {
            for (int value : new int[] {0, 0xFF, '9', '"', '}', random.nextInt(256)}) {
                byte[] changed = whole.clone();
                changed[at] = (byte) value;
                Path file = folder.resolve("changed.safetensors");
                Files.write(file, changed);
                try (SafetensorsFile opened = SafetensorsFile.open(file)) {
                    opened.names().forEach(opened::bytes);
                } catch (BitRankException refused) {
                    assertThat(refused.failureClass()).isEqualTo(FailureClass.BAD_INPUT);
                }
            }
        }
    }

    @Test
    void theGoodFileIsGood() throws IOException {
        try (SafetensorsFile file = SafetensorsFile.open(good())) {
            assertThat(file.names()).containsExactly("a", "b");
            assertThat(file.floats("b")).containsExactly(1, 2, 3, 4, 5, 6);
        }
    }

    private Path good() {
        Path file = folder.resolve("good.safetensors");
        try (var writer = SafetensorsWriter.create(file)) {
            writer.put("a", DType.FLOAT16, List.of(2), DenseWeight.of(new float[2], 1, 2, DType.FLOAT16).data());
            writer.put("b", DType.FLOAT32, List.of(2, 3), DenseWeight.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3).data());
            writer.finish();
        }
        return file;
    }

    private Path write(byte[] header, byte[] data) throws IOException {
        return write(header.length, header, data);
    }

    private Path write(long length, byte[] header, byte[] data) throws IOException {
        ByteBuffer file = ByteBuffer.allocate(Long.BYTES + header.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(length).put(header).put(data);
        Path path = folder.resolve("model.safetensors");
        Files.write(path, file.array());
        return path;
    }

    private static void assertBadInput(Path file, String message) {
        assertThatThrownBy(() -> SafetensorsFile.open(file).close())
                .isInstanceOfSatisfying(BitRankException.class, failure -> assertThat(failure.failureClass()).isEqualTo(FailureClass.BAD_INPUT))
                .hasMessageContaining(message)
                .hasMessageContaining(file.getFileName().toString());
    }
}
