package org.bitrank.service.catalog;

import org.springframework.data.jpa.repository.JpaRepository;

interface PublishedFileRepository extends JpaRepository<PublishedFile, String> {}
