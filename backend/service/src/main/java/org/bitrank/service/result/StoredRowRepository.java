package org.bitrank.service.result;

import java.util.Collection;
import java.util.List;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;

interface StoredRowRepository extends JpaRepository<StoredRow, Long> {
    @Query("select coalesce(max(r.id), 0) from StoredRow r")
    long highestId();

    @Query("select r.id from StoredRow r order by r.id")
    List<Long> allIds();

    @Query("select new org.bitrank.service.result.Rows$Device(r.device, r.backend, count(r)) from StoredRow r"
            + " where r.device is not null group by r.device, r.backend order by r.device, r.backend")
    List<Rows.Device> devices();

    @Query("select new org.bitrank.service.result.StoredRowRepository$Key(r.id, r.repeatKey) from StoredRow r"
            + " where r.repeatKey is not null order by r.id")
    List<Key> repeatKeys();

    record Key(Long id, String repeatKey) {}

    List<StoredRow> findByRepeatKeyOrderById(String repeatKey);

    List<StoredRow> findByIdInOrderById(Collection<Long> ids);

    List<StoredRow> findByModelAndProtocolKeyAndUnquantizedTrueAndProvenanceOrderByIdDesc(
            String model, String protocolKey, Provenance provenance);

    @Modifying(flushAutomatically = true, clearAutomatically = true)
    @Query("delete from StoredRow r where r.sourceTable = :sourceTable")
    int deleteOf(String sourceTable);
}
