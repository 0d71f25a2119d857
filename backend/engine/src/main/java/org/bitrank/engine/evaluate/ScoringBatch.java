package org.bitrank.engine.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bitrank.engine.model.TokenBatch;

/**
 * Passages that go through the model together, equal contexts once.
 *
 * @param rows rows of the hidden states that predict a scored token, passage by passage
 * @param targets the token that each of these rows should predict
 * @param counts how many of them each passage has
 */
record ScoringBatch(TokenBatch tokens, int[] rows, int[] targets, int[] counts) {
    /** Tokens that go through the model at once, unless a single passage or a context's choices are longer. */
    private static final int TOKENS = 2048;

    /** Passages {@code first .. first + count - 1} make one batch. */
    record Range(int first, int count, int scored) {}

    /**
     * Cuts passages into batches, in their order. A plan depends on nothing but the passages, so that a run which is
     * continued later makes the same batches; passages that follow one another with the same context stay together.
     */
    static List<Range> plan(List<Passage> passages, boolean shareContexts) {
        var ranges = new ArrayList<Range>();
        int first = 0;
        int size = 0;
        int scored = 0;
        for (int at = 0; at < passages.size(); ) {
            int end = endOfGroup(passages, at, shareContexts);
            int groupSize = passages.get(at).contextLength();
            int groupScored = 0;
            for (int i = at; i < end; i++) {
                groupSize += passages.get(i).scored() - 1;
                groupScored += passages.get(i).scored();
            }
            if (size > 0 && size + groupSize > TOKENS) {
                ranges.add(new Range(first, at - first, scored));
                first = at;
                size = 0;
                scored = 0;
            }
            size += groupSize;
            scored += groupScored;
            at = end;
        }
        if (size > 0) {
            ranges.add(new Range(first, passages.size() - first, scored));
        }
        return ranges;
    }

    private static int endOfGroup(List<Passage> passages, int start, boolean shareContexts) {
        int end = start + 1;
        while (shareContexts && end < passages.size() && passages.get(end).hasContextOf(passages.get(start))) {
            end++;
        }
        return end;
    }

    static ScoringBatch of(List<Passage> passages, boolean shareContexts) {
        var builder = new TokenBatch.Builder();
        int scored = 0;
        for (Passage passage : passages) {
            scored += passage.scored();
        }
        var rows = new int[scored];
        var targets = new int[scored];
        var counts = new int[passages.size()];
        int next = 0;
        for (int at = 0; at < passages.size(); ) {
            int end = endOfGroup(passages, at, shareContexts);
            Passage head = passages.get(at);
            boolean alone = end == at + 1;
            // A lone passage is one run of queries; choices are runs of their own behind their context.
            TokenBatch.Segment context = builder.add(
                    null, Arrays.copyOf(head.tokens(), alone ? head.tokens().length - 1 : head.contextLength()));
            for (int i = at; i < end; i++) {
                Passage passage = passages.get(i);
                int contextLength = passage.contextLength();
                int[] tokens = passage.tokens();
                int own = alone
                        ? context.start() + contextLength
                        : passage.scored() == 1
                                ? 0
                                : builder.add(context, Arrays.copyOfRange(tokens, contextLength, tokens.length - 1)).start();
                counts[i] = passage.scored();
                for (int j = 0; j < passage.scored(); j++, next++) {
                    rows[next] = j == 0 ? context.start() + contextLength - 1 : own + j - 1;
                    targets[next] = tokens[contextLength + j];
                }
            }
            at = end;
        }
        return new ScoringBatch(builder.build(), rows, targets, counts);
    }
}
