package org.bitrank.engine.tasks;

import java.util.List;
import java.util.Map;

/** The rows of a split in the order of its files. */
record DataSet(List<Map<String, Object>> rows, List<DataFile> files) {}
