package org.bitrank.engine.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bitrank.kernels.AttentionRun;

/**
 * Tokens that go through the model together. Row {@code t} of every activation belongs to {@code tokens[t]}.
 *
 * @param positions place of each token in its own sequence, from 0
 * @param lengths length of each token's sequence, for rotary scalings that look at it
 * @param slots row of the key/value cache for each token's key, or null when keys are the batch's own rows
 * @param held tokens before this batch whose keys come from a {@link KeptPrefix}: keys 0 to {@code held - 1}; the batch's own
 *     follow. 0 where {@code slots} says where keys are
 * @param runs which keys each run of queries sees
 */
public record TokenBatch(int[] tokens, int[] positions, int[] lengths, int[] slots, int held, AttentionRun[] runs) {
    public int size() {
        return tokens.length;
    }

    /** Sequences by themselves, one after the other. */
    public static TokenBatch of(int[]... sequences) {
        var builder = new Builder();
        for (int[] sequence : sequences) {
            builder.add(null, sequence);
        }
        return builder.build();
    }

    /** Tokens that follow {@code firstPosition} tokens whose keys lie in rows {@code 0 .. firstPosition - 1} of a cache. */
    public static TokenBatch following(int firstPosition, int[] tokens) {
        var positions = new int[tokens.length];
        var lengths = new int[tokens.length];
        for (int i = 0; i < tokens.length; i++) {
            positions[i] = firstPosition + i;
            lengths[i] = firstPosition + tokens.length;
        }
        var run = new AttentionRun(
                0, tokens.length, new int[] {0}, new int[] {firstPosition + tokens.length}, tokens.length == 1);
        return new TokenBatch(tokens, positions, lengths, positions, 0, new AttentionRun[] {run});
    }

    /**
     * A piece of a sequence in a batch.
     *
     * @param parent what comes before it, or null at the start of a sequence
     * @param start its first row; negative for tokens that are held
     * @param position the position of its first token
     */
    public record Segment(Segment parent, int start, int length, int position) {
        /** The row of the last token up to and including this piece. */
        public int lastRow() {
            return start + length - 1;
        }
    }

    /** Puts sequences together; sequences may share what they begin with, which is then run once. */
    public static final class Builder {
        private final List<int[]> pieces = new ArrayList<>();
        private final List<Segment> segments = new ArrayList<>();
        private final int held;
        private int size;

        public Builder() {
            this(0);
        }

        /** @param held tokens of a {@link KeptPrefix} that the batch goes on from */
        public Builder(int held) {
            this.held = held;
        }

        public int size() {
            return size;
        }

        /** The first {@code length} of the held tokens, as what others follow. */
        public Segment held(int length) {
            if (length < 1 || length > held) {
                throw new IllegalArgumentException(length + " of " + held + " held tokens");
            }
            return new Segment(null, -held, length, 0);
        }

        /** Adds tokens that follow {@code parent} (null: that start a sequence). */
        public Segment add(Segment parent, int[] tokens) {
            if (tokens.length == 0) {
                throw new IllegalArgumentException("a segment without tokens");
            }
            int position = parent == null ? 0 : parent.position + parent.length;
            var segment = new Segment(parent, size, tokens.length, position);
            pieces.add(tokens);
            segments.add(segment);
            size += tokens.length;
            return segment;
        }

        public TokenBatch build() {
            var tokens = new int[size];
            var positions = new int[size];
            var lengths = new int[size];
            var runs = new AttentionRun[segments.size()];
            for (int s = 0; s < runs.length; s++) {
                Segment segment = segments.get(s);
                System.arraycopy(pieces.get(s), 0, tokens, segment.start, segment.length);
                for (int i = 0; i < segment.length; i++) {
                    positions[segment.start + i] = segment.position + i;
                }
                Arrays.fill(lengths, segment.start, segment.start + segment.length, segment.position + segment.length);
                runs[s] = run(segment);
            }
            return new TokenBatch(tokens, positions, lengths, null, held, runs);
        }

        private AttentionRun run(Segment segment) {
            int spans = 0;
            for (Segment at = segment; at != null; at = at.parent) {
                spans++;
            }
            var starts = new int[spans];
            var lengths = new int[spans];
            for (Segment at = segment; at != null; at = at.parent) {
                spans--;
                starts[spans] = held + at.start;
                lengths[spans] = at.length;
            }
            return new AttentionRun(segment.start, segment.length, starts, lengths);
        }
    }
}
