package org.bitrank.web.items;

import static org.assertj.core.api.Assertions.assertThat;

import org.bitrank.service.item.ItemCounts;
import org.junit.jupiter.api.Test;

class ItemsPageTest {
    @Test
    void groupsOfItemsThatAreRightOrWrongAsAWholeAreCountedAsGroups() {
        assertThat(ItemsPage.answered(new ItemCounts("micro_mmbench", "circular_acc", 400, true, true, 32, 68, 0, 0, 0)))
                .isEqualTo("400 items in 100 groups, each right or wrong as a whole: 32 of the groups answered rightly (circular acc)");
        assertThat(ItemsPage.answered(new ItemCounts("piqa", "acc", 40, true, true, 30, 10, 0, 0, 0))).isEqualTo("40 items, 30 answered rightly (acc)");
    }
}
