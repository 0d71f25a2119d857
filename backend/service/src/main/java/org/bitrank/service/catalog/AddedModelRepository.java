package org.bitrank.service.catalog;

import java.util.List;
import org.springframework.data.jpa.repository.JpaRepository;

interface AddedModelRepository extends JpaRepository<AddedModel, String> {
    List<AddedModel> findAllByOrderById();
}
