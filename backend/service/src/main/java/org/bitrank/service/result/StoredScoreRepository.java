package org.bitrank.service.result;

import java.util.Collection;
import java.util.List;
import org.springframework.data.jpa.repository.JpaRepository;

interface StoredScoreRepository extends JpaRepository<StoredScore, Long> {
    List<StoredScore> findByRowIdInOrderByRowIdAscPositionAscIdAsc(Collection<Long> rowIds);
}
