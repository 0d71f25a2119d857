package org.bitrank.engine.evaluate;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.bitrank.engine.Sha256;

/** SHA-256 over texts and numbers; every piece is preceded by its length, so that pieces cannot run into each other. */
final class Fingerprint {
    private final MessageDigest digest = Sha256.digest();

    Fingerprint add(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        add(bytes.length);
        digest.update(bytes);
        return this;
    }

    Fingerprint add(int number) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
        return this;
    }

    Fingerprint add(int[] numbers) {
        add(numbers.length);
        ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Integer.BYTES);
        bytes.asIntBuffer().put(numbers);
        digest.update(bytes);
        return this;
    }

    String hex() {
        return Sha256.hex(digest);
    }
}
