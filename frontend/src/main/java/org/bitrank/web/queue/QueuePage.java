package org.bitrank.web.queue;

import java.util.List;
import org.bitrank.service.run.QueueView;
import org.bitrank.service.run.QueueView.WorkerView;

/** The queue as the template shows it. */
record QueuePage(List<RunLine> running, List<RunLine> waiting, List<RunLine> failed, List<RunLine> finished, List<WorkerView> workers) {
    static QueuePage of(QueueView view) {
        return new QueuePage(RunLine.of(view.running()), RunLine.of(view.waiting()), RunLine.of(view.failed()), RunLine.of(view.finished()), view.workers());
    }

    boolean busy() {
        return !running.isEmpty() || !waiting.isEmpty();
    }
}
