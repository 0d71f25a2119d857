package org.bitrank.service.artifact;

import org.springframework.data.jpa.repository.JpaRepository;

interface StoredArtifactRepository extends JpaRepository<StoredArtifact, String> {}
