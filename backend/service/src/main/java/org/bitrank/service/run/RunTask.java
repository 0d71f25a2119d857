package org.bitrank.service.run;

import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.TaskInstance;

/** A run as db-scheduler knows it: the run's id is the instance's. */
final class RunTask {
    static final TaskDescriptor<Void> DESCRIPTOR = TaskDescriptor.of("run");

    private RunTask() {}

    static TaskInstance<Void> instance(long run, int priority) {
        return DESCRIPTOR.instance(Long.toString(run)).priority(priority).build();
    }
}
