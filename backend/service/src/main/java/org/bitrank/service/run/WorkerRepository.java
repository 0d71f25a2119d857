package org.bitrank.service.run;

import java.time.Instant;
import java.util.List;
import org.springframework.data.jpa.repository.JpaRepository;

interface WorkerRepository extends JpaRepository<WorkerEntry, String> {
    List<WorkerEntry> findBySeenAtAfterOrderByNameAsc(Instant moment);
}
