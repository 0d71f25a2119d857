package org.bitrank.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.multipart;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bitrank.engine.quantize.MethodRegistry;
import org.bitrank.service.picture.Pictures;
import org.bitrank.service.result.ResultRecorder;
import org.bitrank.service.settings.ServiceSettings;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.http.MediaType;
import org.springframework.mock.web.MockMultipartFile;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.MvcResult;
import org.springframework.test.web.servlet.request.AbstractMockHttpServletRequestBuilder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every page and resource over the real service on an embedded database; nothing is run. */
@SpringBootTest(classes = BitRankApplication.class)
@AutoConfigureMockMvc
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PagesTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Autowired
    private MockMvc http;

    private long base;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) throws IOException {
        Path home = Files.createTempDirectory("bitrank-pages-");
        registry.add("bitrank.home", home::toString);
        registry.add("bitrank.worker-enabled", () -> false);
        registry.add("bitrank.reference-suite", () -> false);
    }

    @BeforeAll
    void rows(@Autowired ResultRecorder recorder, @Autowired ServiceSettings settings, @Autowired Pictures pictures) {
        base = SampleRows.study(recorder);
        SampleRows.records(settings, pictures);
    }

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
    void flippedItemsAreCountedOnTheRowAndLinked() throws Exception {
        String row = "/rows/" + (base + 3);
        JsonNode counts = json(get("/api/v1/results/" + (base + 3) + "/items")).get("items").get(1);
        assertThat(counts.get("task").asString()).isEqualTo("piqa");
        assertThat(page(row)).contains(counts.get("lost").asInt() + " lost").contains(counts.get("gained").asInt() + " gained").contains(row + "/items?task=piqa&amp;show=flipped");
        assertThat(page("/rows/" + base)).contains("one by one").doesNotContain("Flipped items");
    }

    @Test
    void everyTasksColumnSaysWhatTheRowLostThere() throws Exception {
        assertThat(page("/?columns=tasks")).contains("<small class=\"change\" title=\"Change from the base on the same items\">−1.2</small>");
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
    void everyMethodHasItsIdeaAndEquation() throws Exception {
        for (String method : MethodRegistry.names()) {
            assertThat(page("/methods/" + method)).as(method).contains("The idea").contains("<math");
        }
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

    @Test
    void aRowSaysItsVerdictInOneSentence() throws Exception {
        String page = page("/rows/" + (base + 3));
        assertThat(page).contains("Loses 0.154 ± 0.030 nats a token, keeps 79 % of the base&#39;s first choices, at 4.31 bits a weight, 114 MB.");
        assertThat(page).contains("The file holds 4.31 bits for each quantized weight: 4.00 for codes, 0.31 for scales.");
        assertThat(page).contains("./bitrank eval --model example/small").contains("test processor");
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

    @Test
    void theFormHoldsTheMethodsOwnOptions() throws Exception {
        assertThat(page("/submit?method=gptq")).contains("name=\"options.act-order\"").contains("name=\"calibration.samples\"");
        assertThat(page("/submit?method=rtn&weights.bits=3")).doesNotContain("options.act-order").containsPattern("name=\"weights.bits\" value=\"3\"");
    }

    @Test
    void howQuestionsArePutCanBeChosen() throws Exception {
        assertThat(page("/submit")).contains("<option value=\"llava_llama_3\">llava_llama_3, of the LLaVA code").doesNotContain("<details class=\"group\" open=\"open\">\n        <summary>How");
        assertThat(page("/submit?chat-template=llava_llama_3")).contains("<details class=\"group\" open=\"open\">\n        <summary>How")
                .contains("<option value=\"llava_llama_3\" selected=\"selected\">");
        assertThat(page("/submit/checkpoint")).contains("name=\"chat-template\"").contains("name=\"picture-tokens\"");
        String recipe = "{\"model\": \"reference/micro-llava\", \"method\": \"rtn\", \"weights\": {\"bits\": 7}}";
        MvcResult wrong = http.perform(host(post("/api/v1/submissions?chat-template=vicuna&picture-tokens=few")).contentType(MediaType.APPLICATION_JSON).content(recipe)).andReturn();
        assertThat(wrong.getResponse().getStatus()).isEqualTo(400);
        assertThat(JSON.readTree(wrong.getResponse().getContentAsString()).get("fields").propertyNames()).containsExactlyInAnyOrder("chat-template", "picture-tokens");
        MvcResult form = http.perform(host(post("/submit")).param("model", "reference/micro-llava").param("method", "rtn").param("chat-template", "vicuna")).andReturn();
        assertThat(form.getResponse().getContentAsString()).contains("&#39;vicuna&#39; is not one of auto, true, false, vicuna_v1, llava_llama_3, mistral_instruct, qwen_1_5");
    }

    @Test
    void errorsStandBesideTheirFieldsAndWhatWasTypedIsKept() throws Exception {
        MvcResult answer = http.perform(host(post("/submit")).param("model", "reference/micro-llama").param("method", "rtn")
                .param("weights.bits", "9").param("weights.group-size", "many")).andReturn();
        assertThat(answer.getResponse().getStatus()).isEqualTo(400);
        assertThat(answer.getResponse().getContentAsString()).contains("2 fields must be mended").contains("from 1 to 8").contains("value=\"many\"");
    }

    @Test
    void stepsAndRulesAreTypedAsARecipeFileHasThem() throws Exception {
        MvcResult answer = http.perform(host(post("/submit")).param("model", "reference/micro-llama").param("method", "rtn")
                .param("weights.bits", "5").param("modules", "- {match: down_proj, weights: {bits: 8}}")).andReturn();
        assertThat(answer.getResponse().getStatus()).isEqualTo(302);
        assertThat(page(answer.getResponse().getRedirectedUrl())).contains("down_proj 8-bit");
        MvcResult wrong = http.perform(host(post("/submit")).param("model", "reference/micro-llama").param("method", "rtn")
                .param("modules", "- {match: down_proj, weights: {bitts: 8}}").param("prepare", "- rtn")).andReturn();
        assertThat(wrong.getResponse().getStatus()).isEqualTo(400);
        assertThat(wrong.getResponse().getContentAsString()).contains("[0].weights.bitts: unknown; did you mean bits?")
                .contains("&#39;rtn&#39; prepares nothing for another method");
    }

    @Test
    void eachTaskOfTheFormMayHaveItsOwnLimit() throws Exception {
        MvcResult answer = http.perform(host(post("/submit")).param("model", "reference/micro-llama").param("method", "rtn")
                .param("weights.bits", "6").param("tasks", "micro_text=2, micro_facts=12,micro_tools").param("limit", "5")).andReturn();
        assertThat(answer.getResponse().getStatus()).isEqualTo(302);
        String page = page(answer.getResponse().getRedirectedUrl());
        assertThat(page).contains("RTN 6-bit");
        MvcResult wrong = http.perform(host(post("/submit")).param("model", "reference/micro-llama").param("method", "rtn")
                .param("tasks", "micro_text=few")).andReturn();
        assertThat(wrong.getResponse().getStatus()).isEqualTo(400);
        String shown = wrong.getResponse().getContentAsString();
        assertThat(shown.substring(shown.indexOf("id=\"tasks-help\""))).contains("micro_text=few: &#39;few&#39; is not a whole number");
    }

    @Test
    void aRefusedRecipeIsAProblemWithFields() throws Exception {
        MvcResult answer = http.perform(host(post("/api/v1/submissions")).contentType(MediaType.APPLICATION_JSON)
                .content("{\"model\": \"reference/micro-llama\", \"method\": \"gptq\", \"weights\": {\"bits\": 1}, \"speed\": 3}")).andReturn();
        assertThat(answer.getResponse().getStatus()).isEqualTo(400);
        assertThat(answer.getResponse().getContentType()).startsWith("application/problem+json");
        JsonNode fields = JSON.readTree(answer.getResponse().getContentAsString()).get("fields");
        assertThat(fields.propertyNames()).containsExactlyInAnyOrder("weights.bits", "speed");
    }

    @Test
    void anAcceptedRecipeWaitsAndCanBeCancelledOnce() throws Exception {
        MvcResult answer = http.perform(host(post("/api/v1/submissions")).contentType(MediaType.APPLICATION_JSON)
                .content("{\"model\": \"reference/micro-llama\", \"method\": \"rtn\", \"weights\": {\"bits\": 5}}")).andReturn();
        assertThat(answer.getResponse().getStatus()).isEqualTo(202);
        String address = answer.getResponse().getHeader("Location");
        assertThat(json(get(address)).get("state").asString()).isEqualTo("waiting");
        assertThat(page(address.replace("/api/v1", ""))).contains("waiting").contains("Cancel");
        assertThat(page("/queue")).contains("RTN 5-bit");
        assertThat(status(post(address + "/cancel"))).isEqualTo(202);
        assertThat(json(get(address)).get("state").asString()).isEqualTo("cancelled");
        assertThat(status(post(address + "/cancel"))).isEqualTo(409);
    }

    @Test
    void aPickleInAnArchiveIsRefusedBesideTheField() throws Exception {
        var file = new MockMultipartFile("upload", "model.zip", "application/zip", "this is no archive".getBytes());
        MvcResult answer = http.perform(host(multipart("/submit/checkpoint").file(file)).param("base", "reference/micro-llama")).andReturn();
        assertThat(answer.getResponse().getStatus()).isEqualTo(400);
        assertThat(answer.getResponse().getContentAsString()).contains("One field must be mended");
    }

    @Test
    void everyPageAnswers() throws Exception {
        for (String address : new String[] {"/", "/submit", "/submit/checkpoint", "/queue", "/methods", "/methods/gptq", "/methods/rtn", "/data", "/studies", "/studies/factors", "/studies/scaling", "/compare", "/about", "/rows/" + base}) {
            assertThat(page(address)).as(address).contains("<h1").contains("</html>");
        }
    }

    @Test
    void whatIsMissingIsSaidInTheReadersLanguage() throws Exception {
        MvcResult page = http.perform(host(get("/rows/999999"))).andReturn();
        assertThat(page.getResponse().getStatus()).isEqualTo(404);
        assertThat(page.getResponse().getContentAsString()).contains("There is no row 999999.").contains("To the board");
        MvcResult resource = http.perform(host(get("/api/v1/artifacts/" + "0".repeat(64)))).andReturn();
        assertThat(resource.getResponse().getStatus()).isEqualTo(404);
        assertThat(resource.getResponse().getContentType()).startsWith("application/problem+json");
        assertThat(status(get("/api/v1/results?bits=few"))).isEqualTo(400);
        assertThat(status(get("/methods/magic"))).isEqualTo(404);
    }

    @Test
    void theInterfaceDescribesItself() throws Exception {
        JsonNode paths = json(get("/v3/api-docs")).get("paths");
        assertThat(paths.propertyNames()).contains("/api/v1/results", "/api/v1/results.csv", "/api/v1/submissions", "/api/v1/submissions/{id}",
                "/api/v1/artifacts/{sha256}", "/api/v1/methods", "/api/v1/models", "/api/v1/queue", "/api/v1/studies");
    }

    @Test
    void strangersPagesCannotPostHere() throws Exception {
        assertThat(status(post("/queue/1/cancel").header("Origin", "http://evil.example"))).isEqualTo(403);
        assertThat(http.perform(get("/").header("Host", "evil.example")).andReturn().getResponse().getStatus()).isEqualTo(421);
    }

    private String page(String address) throws Exception {
        return body(get(address));
    }

    private JsonNode json(AbstractMockHttpServletRequestBuilder<?> request) throws Exception {
        return JSON.readTree(body(request));
    }

    private int status(AbstractMockHttpServletRequestBuilder<?> request) throws Exception {
        return http.perform(host(request)).andReturn().getResponse().getStatus();
    }

    private String body(AbstractMockHttpServletRequestBuilder<?> request) throws Exception {
        MvcResult result = http.perform(host(request)).andReturn();
        assertThat(result.getResponse().getStatus()).as(result.getRequest().getRequestURI()).isEqualTo(200);
        return result.getResponse().getContentAsString(java.nio.charset.StandardCharsets.UTF_8);
    }

    private static <B extends AbstractMockHttpServletRequestBuilder<B>> AbstractMockHttpServletRequestBuilder<?> host(AbstractMockHttpServletRequestBuilder<B> request) {
        return request.header("Host", "localhost:8080");
    }
}
