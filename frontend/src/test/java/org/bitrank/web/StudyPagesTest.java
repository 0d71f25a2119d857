package org.bitrank.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Rows against each other, factors, scaling, and published studies. */
class StudyPagesTest extends SiteTest {
    @Test
    void rowsAreComparedPairByPair() throws Exception {
        // The base leads wherever it was ticked.
        String page = page("/compare?row=" + (base + 3) + "&row=" + base + "&row=" + (base + 5));
        assertThat(page).contains("B against A").contains("C against A").contains("C against B").contains("float16, the base");
        assertThat(page).contains("/rows/" + (base + 3) + "/items?task=piqa&amp;against=" + base + "&amp;show=flipped").contains("four times in five").contains("(Holm)");
        JsonNode json = json(get("/api/v1/comparisons?row=" + base + "&row=" + (base + 3)));
        assertThat(json.get("pairs").get(0).get("metrics").valueStream().map(metric -> metric.get("task").asString())).containsExactly("wikitext2_gptq", "piqa");
        assertThat(page("/rows/" + (base + 5) + "/items?task=piqa&against=" + (base + 3))).contains("Against GPTQ 4-bit");
    }

    @Test
    void whatCannotBeComparedIsSaidWithWhatToDo() throws Exception {
        assertThat(page("/compare")).contains("No rows are chosen").contains("<optgroup");
        // Each list starts at another row, so that pressing the button compares two.
        assertThat(page("/compare").split(" selected=\"selected\"", -1)).hasSize(2);
        assertThat(page("/compare")).contains("<option value=\"" + base + "\">").doesNotContain("<option value=\"" + base + "\" selected");
        assertThat(page("/compare?row=" + base)).contains("Compare with");
        assertThat(page("/compare?row=%d&row=%d&row=%d&row=%d&row=%d".formatted(base, base + 1, base + 2, base + 3, base + 4))).contains("5 rows are too many");
        long published = json(get("/api/v1/results?provenance=published&size=1")).get("items").get(0).get("id").asLong();
        assertThat(page("/compare?row=" + base + "&row=" + published)).contains("copied from a publication");
        assertThat(status(get("/compare?row=999999"))).isEqualTo(404);
        assertThat(status(get("/compare?row=first"))).isEqualTo(400);
        assertThat(status(get("/api/v1/comparisons?row=" + base))).isEqualTo(400);
    }

    @Test
    void factorsAreToldApartWithWhatTheFiguresStandOn() throws Exception {
        String page = page("/studies/factors?factor=bits&factor=method");
        assertThat(page).contains("8 rows").contains("Tukey").contains("left over").contains("Shapiro").contains("<svg").doesNotContain("By group size");
        assertThat(page("/studies/factors?rows=published/llama3-study")).contains("By method").contains("type II");
        assertThat(page("/studies/factors?factor=model")).contains("Too little for a table").contains("All rows agree in every factor");
        assertThat(json(get("/api/v1/analyses/factors?factor=bits")).get("rows").asInt()).isEqualTo(8);
        assertThat(status(get("/studies/factors?factor=weather"))).isEqualTo(400);
    }

    @Test
    void qualityAgainstSizeHasACurveForEachFamilyThatAllowsOne() throws Exception {
        assertThat(page("/studies/scaling?rows=published/spectra&size=parameters")).contains("ternary").contains("float").contains("class=\"band");
        assertThat(page("/studies/scaling")).contains("at least three sizes");
        assertThat(json(get("/api/v1/analyses/scaling?rows=published/spectra&size=bits")).get("families")).isNotEmpty();
        assertThat(status(get("/studies/scaling?size=weight"))).isEqualTo(400);
    }

    @Test
    void studiesArePrintedAsTheyStandWithTheirCaveatsBesideTheCells() throws Exception {
        for (JsonNode study : json(get("/api/v1/studies")).get("items")) {
            String page = page("/studies/" + study.get("id").asString());
            assertThat(page.contains("What is known to be wrong")).isEqualTo(study.get("caveats").asInt() > 0);
            assertThat(page.contains("#note-1")).isEqualTo(study.get("caveats").asInt() > 0);
        }
        assertThat(page("/studies")).contains("caveats");
        assertThat(page("/studies/llama3-study")).contains("#note-1");
    }
}
