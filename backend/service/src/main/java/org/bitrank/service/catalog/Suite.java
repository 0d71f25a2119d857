package org.bitrank.service.catalog;

import java.util.List;

/** A list of tasks with a name that rows show. */
public record Suite(String id, String title, List<TaskChoice> tasks) {}
