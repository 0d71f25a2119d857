package org.bitrank.engine.quantize;

import java.util.List;

/** Where the texts of a data set in the hub's layout come from. */
public interface TextRows {
    /** Column {@code text} of every row, in order. Throws DATA_MISSING, telling how to get it. */
    List<String> texts(String dataset, String config, String split);
}
