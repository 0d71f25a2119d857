package org.bitrank.web.items;

import java.util.List;
import org.bitrank.service.item.ItemPage;
import org.bitrank.service.item.Items;
import org.bitrank.service.result.ResultRow;
import org.bitrank.service.result.RowDetail;
import org.bitrank.service.result.RowDetail.RecordsFile;
import org.bitrank.service.result.Rows;
import org.bitrank.web.board.RowName;
import org.bitrank.web.errors.MissingPage;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;

@Controller
class ItemController {
    private final Items items;
    private final Rows rows;

    ItemController(Items items, Rows rows) {
        this.items = items;
        this.rows = rows;
    }

    @GetMapping("/rows/{id}/items")
    String items(
            @PathVariable long id,
            @RequestParam(defaultValue = "") String task,
            @RequestParam(required = false) Long against,
            @RequestParam(defaultValue = "") String show,
            @RequestParam(defaultValue = "") String q,
            @RequestParam(defaultValue = "0") int page,
            @RequestParam(defaultValue = "" + ItemAddress.PAGE_SIZE) int size,
            Model model) {
        RowDetail detail = rows.detail(id).orElseThrow(() -> new MissingPage("There is no row " + id + "."));
        List<String> tasks = detail.records().stream().map(RecordsFile::task).toList();
        if (tasks.isEmpty()) {
            throw new MissingPage("Row " + id + " has no records of its items.");
        }
        ItemAddress address = ItemAddress.of(id, task.isEmpty() ? tasks.getFirst() : task, against, show, q, page, size);
        ItemPage found = items.page(id, address.query())
                .orElseThrow(() -> new MissingPage("Row " + id + " has no records of a task '" + address.query().task() + "'."));
        int last = (int) Math.max(0, (found.total() - 1) / address.query().size());
        if (address.query().page() > last) {
            // The words that are looked for were others when this page had items.
            return "redirect:" + address.paged(last).text();
        }
        ResultRow row = detail.row();
        String other = address.query().against() == null ? null : rows.row(address.query().against()).map(ItemController::title).orElse(null);
        model.addAttribute("page", ItemsPage.of(address, row.model(), title(row), other, found, tasks));
        return "items";
    }

    private static String title(ResultRow row) {
        return row.unquantized() ? row.label() : RowName.of(row).whole();
    }
}
