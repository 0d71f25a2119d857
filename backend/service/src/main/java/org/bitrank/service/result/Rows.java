package org.bitrank.service.result;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reading rows. They never change once written; a published row goes when its file changes. */
public interface Rows {
    Optional<RowDetail> detail(long id);

    Optional<ResultRow> row(long id);

    /** The per-item records of a row, one JSON object a line, by task in the order of the run; without those that are gone. */
    Map<String, Path> records(long id);

    /** The records of one task. */
    default Optional<Path> records(long id, String task) {
        return Optional.ofNullable(records(id).get(task));
    }

    /** The unquantized model measured in exactly this way, if it was. */
    Optional<Long> base(String model, String protocolKey);

    /** The machines that measured rows, by name. */
    List<Device> devices();

    record Device(String device, String backend, long rows) {}

    Set<Long> ids();

    /** The rows that differ from this one in nothing but the seed of their calibration, itself among them; empty without others. */
    Optional<Repeats> repeats(long id);

    /** What tells repeats of each other, by the ids of all rows that have it. */
    Map<Long, String> repeatKeys();

    /** Changes whenever a row comes or goes: cheaper to ask for than {@link #ids}. */
    String stamp();

    /** These rows in order of id, without their bases' ids. */
    List<ResultRow> rows(Collection<Long> ids);
}
