package org.bitrank.service.catalog;

import java.util.List;

/**
 * A list of tasks with a name that rows show.
 *
 * @param tasks what is measured; a name may stand for a group of tasks
 * @param members what people are told that it holds
 */
public record Suite(String id, String title, List<TaskChoice> tasks, List<String> members) {
    public Suite(String id, String title, List<TaskChoice> tasks) {
        this(id, title, tasks, tasks.stream().map(TaskChoice::toString).toList());
    }
}
