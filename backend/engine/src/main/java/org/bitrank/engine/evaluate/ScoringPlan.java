package org.bitrank.engine.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.bitrank.engine.evaluate.PrefixTree.Node;
import org.bitrank.engine.model.TokenBatch;

/**
 * How passages go through the model: their tree of common beginnings, node by node, each node once.
 *
 * <p>Nodes are put into batches in the order of the tree until a batch is full, whatever their lengths: nothing is padded. The
 * nodes above a batch's first one have been run by then, and their keys and values are all that has to be kept from one
 * batch to the next. A plan depends on nothing but the passages, so that a run which is continued later, and the run of a
 * base, make the same batches.
 *
 * @param forwardTokens tokens that go through the model in all batches
 * @param plainTokens the same for a harness that runs every distinct sequence by itself
 */
record ScoringPlan(List<ScoringBatch> batches, long forwardTokens, long plainTokens) {
    /** Tokens that go through the model at once, unless a single node is longer. */
    private static final int TOKENS = 2048;

    /** Where a node is run. */
    private record Place(int batch, int row) {}

    /** Tokens that a shared node must save: each node costs a run of attention of its own in every layer. */
    private static final int WORTH = 4;

    static ScoringPlan of(List<Passage> passages, boolean sharesPrefixes) {
        return of(passages, sharesPrefixes, TOKENS, WORTH);
    }

    static ScoringPlan of(List<Passage> passages, boolean sharesPrefixes, int batchTokens, int worth) {
        var tree = new PrefixTree();
        var ends = new Node[passages.size()];
        for (int i = 0; i < ends.length; i++) {
            int[] tokens = passages.get(i).tokens();
            // The last token is only predicted.
            ends[i] = tree.add(tokens, tokens.length - 1);
        }
        long plain = plainTokens(ends);
        if (!sharesPrefixes) {
            tree = new PrefixTree();
            for (int i = 0; i < ends.length; i++) {
                int[] tokens = passages.get(i).tokens();
                ends[i] = tree.addAlone(tokens, tokens.length - 1);
            }
        }
        List<List<Node>> batches = cut(tree.inOrder(worth), batchTokens);
        Map<Node, Place> places = places(batches);
        ScoringReads[] reads = reads(passages, ends, places, batches.size());
        var plan = new ArrayList<ScoringBatch>(batches.size());
        long forward = 0;
        for (int b = 0; b < batches.size(); b++) {
            Node next = b + 1 < batches.size() ? batches.get(b + 1).getFirst() : null;
            TokenBatch tokens = tokens(b, batches.get(b), places);
            plan.add(batch(b, batches.get(b).getFirst(), tokens, next, places, reads[b]));
            forward += tokens.size();
        }
        return new ScoringPlan(plan, forward, plain);
    }

    /** A harness runs equal sequences once when they ask for one token each, and knows no other sharing. */
    private static long plainTokens(Node[] ends) {
        long sum = 0;
        for (Node end : new HashSet<>(Arrays.asList(ends))) {
            sum += end.to();
        }
        return sum;
    }

    private static List<List<Node>> cut(List<Node> nodes, int batchTokens) {
        var batches = new ArrayList<List<Node>>();
        int size = batchTokens;
        for (Node node : nodes) {
            if (size + node.length() > batchTokens) {
                batches.add(new ArrayList<>());
                size = 0;
            }
            batches.getLast().add(node);
            size += node.length();
        }
        return batches;
    }

    private static Map<Node, Place> places(List<List<Node>> batches) {
        var places = new HashMap<Node, Place>();
        for (int b = 0; b < batches.size(); b++) {
            int row = 0;
            for (Node node : batches.get(b)) {
                places.put(node, new Place(b, row));
                row += node.length();
            }
        }
        return places;
    }

    private static ScoringReads[] reads(List<Passage> passages, Node[] ends, Map<Node, Place> places, int batches) {
        var reads = new ScoringReads[batches];
        Arrays.setAll(reads, _ -> new ScoringReads());
        for (int i = 0; i < ends.length; i++) {
            Passage passage = passages.get(i);
            // The token at a position is predicted by the one before it.
            int firstRead = passage.contextLength() - 1;
            var path = new ArrayList<Node>();
            for (Node node = ends[i]; node != null && node.to() > firstRead; node = node.parent()) {
                path.addFirst(node);
            }
            for (Node node : path) {
                Place place = places.get(node);
                for (int at = Math.max(firstRead, node.from()); at < node.to(); at++) {
                    reads[place.batch].add(i, place.row + at - node.from(), passage.tokens()[at + 1]);
                }
            }
            reads[places.get(ends[i]).batch].finish();
        }
        return reads;
    }

    private static TokenBatch tokens(int batch, List<Node> nodes, Map<Node, Place> places) {
        var builder = new TokenBatch.Builder(nodes.getFirst().from());
        var segments = new HashMap<Node, TokenBatch.Segment>();
        for (Node node : nodes) {
            Node parent = node.parent();
            TokenBatch.Segment before = parent == null
                    ? null
                    : places.get(parent).batch == batch ? segments.get(parent) : builder.held(parent.to());
            segments.put(node, builder.add(before, Arrays.copyOfRange(node.sequence(), node.from(), node.to())));
        }
        return builder.build();
    }

    /** @param next the first node of the batch after this one, or null */
    private static ScoringBatch batch(int batch, Node first, TokenBatch tokens, Node next, Map<Node, Place> places, ScoringReads reads) {
        // Nodes above the next batch's first one are in this batch, or above this batch's first one too: the order of a tree.
        int end = next == null ? 0 : next.from();
        int heldBefore = end;
        var rows = new int[end];
        for (Node node = next == null ? null : next.parent(); node != null && places.get(node).batch == batch; node = node.parent()) {
            int row = places.get(node).row;
            for (int at = node.from(); at < node.to(); at++) {
                rows[at] = row + at - node.from();
            }
            heldBefore = node.from();
        }
        return new ScoringBatch(
                Arrays.copyOf(first.sequence(), first.from()),
                tokens,
                next == null ? new int[0] : Arrays.copyOf(next.sequence(), end),
                Arrays.copyOfRange(rows, heldBefore, end),
                reads.passages(),
                reads.counts(),
                reads.rows(),
                reads.targets(),
                reads.finished());
    }
}
