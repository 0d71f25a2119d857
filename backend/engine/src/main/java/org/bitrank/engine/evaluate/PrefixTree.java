package org.bitrank.engine.evaluate;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Token sequences as a tree: what several of them begin with is one node. It is a radix tree, so a node ends only where
 * sequences part or end.
 */
final class PrefixTree {
    /** Tokens {@code from .. to - 1} of every sequence that goes through here. */
    static final class Node {
        private Node parent;
        private final int[] sequence;
        private int from;
        private final int to;
        private Map<Integer, Node> children = Map.of();

        /** Whether a sequence ends here. */
        private boolean ends;

        private Node(Node parent, int[] sequence, int from, int to) {
            this.parent = parent;
            this.sequence = sequence;
            this.from = from;
            this.to = to;
        }

        /** The node before this one, or null at the start of a sequence. */
        Node parent() {
            return parent;
        }

        /** One of the sequences; up to {@link #to} they are all the same. */
        int[] sequence() {
            return sequence;
        }

        int from() {
            return from;
        }

        int to() {
            return to;
        }

        int length() {
            return to - from;
        }

        private void put(Node child) {
            if (children.isEmpty()) {
                children = new LinkedHashMap<>(4);
            }
            children.put(child.sequence[child.from], child);
        }
    }

    /** For each first token of a sequence the tree below it. */
    private final Map<Integer, Node> roots = new LinkedHashMap<>();

    private final Collection<Node> loners = new ArrayList<>();

    /** Adds the first {@code length} tokens of a sequence; returns the node that ends there. */
    Node add(int[] sequence, int length) {
        Node parent = null;
        int at = 0;
        while (true) {
            Node next = parent == null ? roots.get(sequence[at]) : parent.children.get(sequence[at]);
            if (next == null) {
                return end(attach(new Node(parent, sequence, at, length)));
            }
            int same = at + 1;
            int end = Math.min(length, next.to);
            while (same < end && sequence[same] == next.sequence[same]) {
                same++;
            }
            if (same < next.to) {
                next = split(next, same);
            }
            if (same == length) {
                return end(next);
            }
            parent = next;
            at = same;
        }
    }

    /** Adds a sequence that shares nothing with others, even where it could. */
    Node addAlone(int[] sequence, int length) {
        Node node = new Node(null, sequence, 0, length);
        loners.add(node);
        return node;
    }

    private static Node end(Node node) {
        node.ends = true;
        return node;
    }

    private Node attach(Node node) {
        if (node.parent == null) {
            roots.put(node.sequence[node.from], node);
        } else {
            node.parent.put(node);
        }
        return node;
    }

    /** Cuts a node in two and returns the first part; whoever holds the node has the second, with its end, as before. */
    private Node split(Node node, int at) {
        Node upper = attach(new Node(node.parent, node.sequence, node.from, at));
        node.parent = upper;
        node.from = at;
        upper.put(node);
        return upper;
    }

    /**
     * Every node behind its parent, branches one after the other in the order in which they were added. Nothing can be added
     * afterwards: a node that would save fewer than {@code worth} tokens is given up, its tokens going to those behind it.
     */
    List<Node> inOrder(int worth) {
        var nodes = new ArrayList<Node>();
        var open = new ArrayDeque<Node>();
        push(roots.values(), open);
        while (!open.isEmpty()) {
            Node node = open.pop();
            int uses = node.children.size() + (node.ends ? 1 : 0);
            boolean shared = uses == 1 || node.length() * (uses - 1) >= worth;
            if (shared || node.ends) {
                nodes.add(node);
            }
            if (!shared) {
                for (Node child : node.children.values()) {
                    child.parent = node.parent;
                    child.from = node.from;
                }
            }
            push(node.children.values(), open);
        }
        nodes.addAll(loners);
        return nodes;
    }

    private static void push(Collection<Node> siblings, ArrayDeque<Node> open) {
        new ArrayList<>(siblings).reversed().forEach(open::push);
    }
}
