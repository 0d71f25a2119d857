package org.bitrank.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;

import org.junit.jupiter.api.Test;
import org.springframework.test.web.servlet.MvcResult;
import tools.jackson.databind.JsonNode;

/** The board: its order, ranks, filters, columns and files. */
class BoardPagesTest extends SiteTest {
    @Test
    void theBaseStandsOnTopAndRowsInOrderOfRank() throws Exception {
        String page = page("/");
        assertThat(page).contains("<h1>example/small</h1>").contains("8 rows").contains("WikiText-2, 2048-token windows");
        assertThat(page.indexOf("what every row is compared with")).isPositive().isLessThan(page.indexOf(">8-bit<"));
        assertThat(page.indexOf(">8-bit<")).isLessThan(page.indexOf(">3-bit<"));
    }

    @Test
    void rowsThatCannotBeToldApartShareARange() throws Exception {
        assertThat(page("/")).contains(">4–5<").contains("between rank 4 and 5 of 8 at 95 %");
    }

    @Test
    void aDifferenceIsDrawnAndPrinted() throws Exception {
        assertThat(page("/")).contains("+0.154").contains("±0.030").contains("difference to base +0.154 nats a token, 95 % interval +0.124 to +0.184: a loss");
    }

    @Test
    void filtersNarrowTheTableTheChartAndTheirOwnCounts() throws Exception {
        String page = page("/?method=gptq&bits=4");
        assertThat(page).contains("2 rows").doesNotContain(">3-bit<");
        assertThat(page.split("data-row=\"row-", -1)).hasSize(1 + 3 + 2 * 2);
        assertThat(page).containsPattern("value=\"gptq\" checked");
    }

    @Test
    void anyColumnSortsBothWays() throws Exception {
        String smallest = page("/?sort=bytes");
        assertThat(smallest.indexOf(">3-bit<")).isLessThan(smallest.indexOf(">8-bit<"));
        assertThat(smallest).contains("aria-sort=\"ascending\"").contains("sort=bytes&amp;order=desc");
        String largest = page("/?sort=bytes&order=desc");
        assertThat(largest.indexOf(">8-bit<")).isLessThan(largest.indexOf(">3-bit<"));
        assertThat(page("/?columns=tasks&sort=piqa.acc&order=desc")).contains("arc easy").contains("aria-sort=\"descending\"");
    }

    @Test
    void whereNothingMatchesItSaysWhichFilterToDrop() throws Exception {
        assertThat(page("/?bits=5&method=gptq")).contains("Only the base matches").contains("Drop a filter");
    }

    @Test
    void theFileIsExactlyTheShownView() throws Exception {
        String csv = body(get("/api/v1/results.csv?provenance=measured&model=example/small&method=gptq&sort=difference"));
        assertThat(csv.lines()).hasSize(1 + 1 + 3);
        assertThat(csv.lines().skip(2).map(line -> line.split(",")[6])).containsExactly("gptq 4-bit g64 act-order", "gptq 4-bit g64", "gptq 3-bit g64");
        JsonNode json = json(get("/api/v1/results.json?provenance=measured&model=example/small&method=gptq&sort=difference"));
        assertThat(json.get("total").asInt()).isEqualTo(4);
        assertThat(json.get("items").get(1).get("label").asString()).isEqualTo("gptq 4-bit g64 act-order");
    }

    @Test
    void listsArePagedAndCounted() throws Exception {
        JsonNode json = json(get("/api/v1/results?provenance=measured&page=1&size=3"));
        assertThat(json.get("total").asInt()).isEqualTo(1 + 8);
        assertThat(json.get("items")).hasSize(3);
        assertThat(json.get("items").get(1).get("rank").get("low").asInt()).isEqualTo(4);
        JsonNode first = json(get("/api/v1/results?provenance=measured&size=3")).get("items");
        assertThat(first.get(0).get("unquantized").asBoolean()).isTrue();
        assertThat(first.get(1).get("baseRowId").asLong()).isEqualTo(first.get(0).get("id").asLong()).isEqualTo(base);
    }

    @Test
    void ranksAreThoseOfTheRowsShown() throws Exception {
        JsonNode items = json(get("/api/v1/results?provenance=measured&method=gptq")).get("items");
        assertThat(items.valueStream().skip(1).map(item -> item.get("rank").get("of").asInt())).containsOnly(3);
        assertThat(items.get(1).get("rank").get("low").asInt()).isEqualTo(1);
        assertThat(page("/methods/gptq")).contains("4–5 of 8");
    }

    @Test
    void lossAndRankAreMadeOfTheTasksThatCount() throws Exception {
        JsonNode item = json(get("/api/v1/results?provenance=measured&task=piqa&task=hellaswag&bits=3")).get("items").get(1);
        assertThat(item.get("difference").get("unit").asString()).isEqualTo("points");
        assertThat(page("/?task=piqa")).contains("Loss to base").contains(", points").containsPattern("value=\"piqa\" checked");
        assertThat(page("/")).contains(", nats a token");
    }

    @Test
    void presetsKeepTheModelAndSayWhatTheyShow() throws Exception {
        String lossless = page("/?recovery=99&sort=bytes");
        assertThat(lossless).contains("2 rows").contains("keep at least 99 % of the base").contains("aria-current=\"page\">Nearly lossless<");
        assertThat(page("/?best=method")).contains("5 rows").contains("aria-current=\"page\">Best per method<");
        assertThat(page("/?max-gb=0.1")).contains("2 rows");
        assertThat(page("/?model=example/small&suite=standard")).contains("/?model=example/small&amp;suite=standard&amp;max-gb=8");
        assertThat(status(get("/?recovery=most"))).isEqualTo(400);
    }

    @Test
    void everyTasksColumnSaysWhatTheRowLostThere() throws Exception {
        assertThat(page("/?columns=tasks")).contains("<small class=\"change\" title=\"Change from the base on the same items\">−1.2</small>");
    }

    @Test
    void publishedAccuraciesLosePointsWhereTheyArePrintedInPercent() throws Exception {
        String page = page("/?provenance=published&model=LLaMA3-8B&method=rtn&bits=4&group-size=128&sort=label");
        // RTN at 4 bits in groups of 128: piqa 76.6 of 79.9.
        assertThat(page).containsPattern("76\\.6(?s:.{0,80})−3\\.3");
    }

    @Test
    void rowsThatLosePointsAndRowsThatLoseNatsSayWhichAndHaveAnAxisEach() throws Exception {
        String both = page("/?provenance=published&model=LLaVA-Next-8B");
        assertThat(both).contains("difference to base +2.025 points").contains("+2.025 points<").contains(" nats<").doesNotContain("Loss to base, nats a token").doesNotContain("Loss to base<span class=\"wide\">, ");
        String one = page("/?provenance=published&model=LLaMA-7B&method=gptq");
        assertThat(one).contains(", nats a token</span>").doesNotContain(" nats<").doesNotContain(" points<");
    }

    @Test
    void publishedRowsHaveNoRankAndShowTheirCaveats() throws Exception {
        String page = page("/?provenance=published");
        assertThat(page).contains("as published").contains("#caveats").doesNotContain("±");
        JsonNode items = json(get("/api/v1/results?provenance=published&size=500")).get("items");
        assertThat(items.valueStream()).allMatch(item -> item.get("rank").isNull());
        JsonNode both = json(get("/api/v1/results?size=500")).get("items");
        assertThat(both.valueStream().filter(item -> !item.get("rank").isNull())).hasSize(8);
    }

    /** A bookmark outlives what it names; what no link ever said is refused. */
    @Test
    void namesThatTheBoardDoesNotHaveAreSaidAndWhatMakesNoSenseIsRefused() throws Exception {
        assertThat(page("/?model=example/smal&sort=bogus")).contains("&#39;example/smal&#39; is unknown here; did you mean example/small?").contains("Nothing matches")
                .contains("Drop this filter").contains("&#39;bogus&#39; is no column").contains("The rows stand in order of rank.")
                .doesNotContain("sort=bogus");
        assertThat(page("/")).doesNotContain("id=\"unknown\"");
        for (String wrong : new String[] {"size=0", "size=501", "page=-1", "order=up", "columns=many", "bits=-1", "bits=NaN", "best=row", "recovery=Infinity"}) {
            assertThat(status(get("/?" + wrong))).as(wrong).isEqualTo(400);
        }
    }

    @Test
    void behindTheLastPageStandsTheLast() throws Exception {
        MvcResult answer = http.perform(host(get("/?bits=4&size=2&page=7"))).andReturn();
        assertThat(answer.getResponse().getStatus()).isEqualTo(302);
        assertThat(answer.getResponse().getRedirectedUrl()).startsWith("/?").contains("bits=4").contains("size=2").doesNotContain("page=7");
        assertThat(page(answer.getResponse().getRedirectedUrl())).contains("rows");
        MvcResult items = http.perform(host(get("/rows/" + base + "/items?page=900"))).andReturn();
        assertThat(items.getResponse().getRedirectedUrl()).startsWith("/rows/" + base + "/items?").doesNotContain("page=900");
    }
}
