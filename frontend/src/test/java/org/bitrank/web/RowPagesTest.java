package org.bitrank.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A row, and its items one by one. */
class RowPagesTest extends SiteTest {
    @Test
    void aRowSaysItsVerdictInOneSentence() throws Exception {
        String page = page("/rows/" + (base + 3));
        assertThat(page).contains("Loses 0.154 ± 0.030 nats a token, keeps 79 % of the base&#39;s first choices, at 4.31 bits a weight, 114 MB.");
        assertThat(page).contains("The file holds 4.31 bits for each quantized weight: 4.00 for codes, 0.31 for scales.");
        assertThat(page).contains("./bitrank eval --model example/small").contains("test processor");
    }

    /** Behind the verdict, not folded away among the checksums, whatever its length. */
    @Test
    void aWishOfTheCheckpointThatWasNotDoneIsSaidAtTheTop() throws Exception {
        String page = page("/rows/" + (base + 6));
        assertThat(page).containsPattern("class=\"verdict\">[^<]*</p>\\s*<p class=\"note\">Note: config.json wants the KV cache in int8 \\(kv_cache_scheme\\), which is not done here")
                .doesNotContain("<dt>note</dt>");
        assertThat(page("/rows/" + (base + 3))).doesNotContain("not done here");
    }

    @Test
    void flippedItemsAreCountedOnTheRowAndLinked() throws Exception {
        String row = "/rows/" + (base + 3);
        JsonNode counts = json(get("/api/v1/results/" + (base + 3) + "/items")).get("items").get(1);
        assertThat(counts.get("task").asString()).isEqualTo("piqa");
        assertThat(page(row)).contains(counts.get("lost").asInt() + " lost").contains(counts.get("gained").asInt() + " gained").contains(row + "/items?task=piqa&amp;show=flipped");
        assertThat(page("/rows/" + base)).contains("one by one").doesNotContain("Flipped items");
    }

    @Test
    void aVisionLanguageModelSaysWhichPartsAreQuantized() throws Exception {
        assertThat(page("/rows/" + (base + 7))).contains("Parts of the model").contains("Quantized: language + vision").contains(">391<");
        assertThat(page("/rows/" + (base + 6))).doesNotContain("Parts of the model");
        assertThat(page("/")).contains("Quantized parts");
        assertThat(json(get("/api/v1/results?towers=language + vision")).get("items").valueStream().map(item -> item.get("towers")).filter(towers -> !towers.isNull())).hasSize(1);
    }

    @Test
    void anItemShowsItsPictures() throws Exception {
        JsonNode items = json(get("/api/v1/results/" + (base + 3) + "/items/piqa")).get("items");
        assertThat(items.get(0).get("pictures")).hasSize(2);
        assertThat(items.get(1).get("pictures")).isEmpty();
        String address = "/pictures/" + items.get(3).get("pictures").get(0).get("sha256").asString();
        assertThat(page("/rows/" + (base + 3) + "/items?task=piqa"))
                .contains("src=\"" + address + "\" alt=\"The picture of item 3\"").contains("alt=\"Picture 2 of item 0\"");
        var picture = http.perform(host(get(address))).andReturn().getResponse();
        assertThat(picture.getContentType()).isEqualTo("image/png");
        assertThat(picture.getHeader("Cache-Control")).contains("immutable");
        assertThat(picture.getContentAsByteArray()).startsWith(0x89, 'P', 'N', 'G');
        assertThat(status(get("/pictures/" + "0".repeat(64)))).isEqualTo(404);
    }

    @Test
    void anItemShowsBothModelsSideBySideAndItsTextEscaped() throws Exception {
        String page = page("/rows/" + (base + 3) + "/items?task=piqa&show=lost");
        assertThat(page).contains("right → wrong").contains("right answer").contains("chosen by the base").contains("&lt;b&gt;bread&lt;/b&gt; &amp; butter").doesNotContain("<b>bread</b>");
        JsonNode item = json(get("/api/v1/results/" + (base + 3) + "/items/piqa?show=lost")).get("items").get(0);
        assertThat(item.get("choices").get(0).get("value").asDouble()).isEqualTo(-15.5);
        assertThat(item.get("choices").get(0).get("base").asDouble()).isEqualTo(-12.25);
        assertThat(page("/rows/" + (base + 3) + "/items?task=wikitext2_gptq")).contains("nats a token");
        assertThat(status(get("/rows/" + (base + 3) + "/items?show=odd"))).isEqualTo(400);
        assertThat(status(get("/rows/" + (base + 3) + "/items?task=odd"))).isEqualTo(404);
    }

    @Test
    void anAnswerThatSaysNothingIsMarkedInWords() throws Exception {
        String address = "/rows/" + (base + 8) + "/items?task=gsm8k";
        assertThat(page(address)).contains(">degenerate: nothing written<").contains(">degenerate: one piece over and over to the end<")
                .contains("show=degenerate").contains("says nothing, whatever was asked").containsSubsequence("id=\"item-4\"", "This row wrote</b> <p");
        assertThat(page(address + "&show=degenerate")).contains("id=\"item-0\"").doesNotContain("id=\"item-4\"").contains("5 items of 6");
        assertThat(page("/rows/" + base + "/items?task=gsm8k")).doesNotContain("degenerate");
        // The other's answer is marked as well.
        assertThat(page("/rows/" + base + "/items?task=gsm8k&against=" + (base + 8))).containsSubsequence("The other wrote</b> <span", "degenerate: nothing written");
        JsonNode items = json(get("/api/v1/results/" + (base + 8) + "/items/gsm8k?show=degenerate"));
        assertThat(items.at("/counts/degenerate").asInt()).isEqualTo(5);
        assertThat(items.at("/items/0/value/degenerate").asString()).isEqualTo("empty");
        assertThat(items.at("/items/0/base/degenerate").isNull()).isTrue();
    }
}
