package org.bitrank.web.live;

/** What the head of every page tells of the queue. */
public record Pulse(int running, int waiting) {
    public String words() {
        if (running == 0 && waiting == 0) {
            return "Queue is empty";
        }
        return running + " running · " + waiting + " waiting";
    }
}
