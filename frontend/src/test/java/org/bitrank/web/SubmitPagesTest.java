package org.bitrank.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.multipart;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;

import java.io.ByteArrayOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.bitrank.service.settings.ServiceSettings;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;
import org.springframework.mock.web.MockMultipartFile;
import org.springframework.test.web.servlet.MvcResult;
import tools.jackson.databind.JsonNode;

/** What is sent in: forms, their errors, and what becomes of a submission. */
class SubmitPagesTest extends SiteTest {
    @Test
    void theFormHoldsTheMethodsOwnOptions() throws Exception {
        assertThat(page("/submit?method=gptq")).contains("name=\"options.act-order\"").contains("name=\"calibration.samples\"");
        assertThat(page("/submit?method=rtn&weights.bits=3")).doesNotContain("options.act-order").containsPattern("name=\"weights.bits\" value=\"3\"");
    }

    @Test
    void errorsStandBesideTheirFieldsAndWhatWasTypedIsKept() throws Exception {
        MvcResult answer = http.perform(host(post("/submit")).param("model", "reference/micro-llama").param("method", "rtn")
                .param("weights.bits", "9").param("weights.group-size", "many")).andReturn();
        assertThat(answer.getResponse().getStatus()).isEqualTo(400);
        assertThat(answer.getResponse().getContentAsString()).contains("2 fields must be mended").contains("from 1 to 8").contains("value=\"many\"");
    }

    @Test
    void allThatIsWrongWithAFormStandsThereAtOnce() throws Exception {
        MvcResult recipe = http.perform(host(post("/submit")).param("other-model", "nobody/nothing").param("method", "gptq").param("weights.bits", "99")
                .param("limit", "few").param("repeats", "many").param("chat-template", "odd")).andReturn();
        assertThat(recipe.getResponse().getContentAsString()).contains("5 fields must be mended").contains("there is no model &#39;nobody/nothing&#39;")
                .contains("&#39;many&#39; is not allowed; give 1 to 10").contains("&#39;few&#39; is not a whole number");
        MvcResult checkpoint = http.perform(host(multipart("/submit/checkpoint")).param("base", "nobody/nothing").param("limit", "few")).andReturn();
        assertThat(checkpoint.getResponse().getContentAsString()).contains("3 fields must be mended").contains("choose an archive to upload")
                .contains("there is no model &#39;nobody/nothing&#39;");
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
    void aBodyThatIsNoRecipeIsTheSendersToMend() throws Exception {
        for (String body : new String[] {"model: x", "[1]", ""}) {
            MvcResult answer = http.perform(host(post("/api/v1/submissions")).contentType(MediaType.APPLICATION_JSON).content(body)).andReturn();
            assertThat(answer.getResponse().getStatus()).as(body).isEqualTo(400);
            assertThat(answer.getResponse().getContentAsString()).as(body).contains("The body is not the JSON object that belongs here").contains("Mend the request");
        }
        MvcResult many = http.perform(host(post("/api/v1/submissions?repeats=many")).contentType(MediaType.APPLICATION_JSON).content("{}")).andReturn();
        assertThat(many.getResponse().getStatus()).isEqualTo(400);
        assertThat(many.getResponse().getContentAsString()).contains("repeats=many");
    }

    @Test
    void aTowerOfATextModelIsRefusedBeforeItWaits() throws Exception {
        String recipe = "{\"model\": \"reference/%s\", \"method\": \"rtn\", \"weights\": {\"bits\": 8, \"group-size\": 16}, \"scope\": {\"towers\": [\"language\", \"vision\"]}}";
        MvcResult text = http.perform(host(post("/api/v1/submissions")).contentType(MediaType.APPLICATION_JSON).content(recipe.formatted("micro-llama"))).andReturn();
        assertThat(text.getResponse().getStatus()).isEqualTo(400);
        assertThat(JSON.readTree(text.getResponse().getContentAsString()).get("fields").get("scope.towers").asString())
                .isEqualTo("names language, vision, but this model reads text alone; leave scope.towers out");
        MvcResult pictures = http.perform(host(post("/api/v1/submissions")).contentType(MediaType.APPLICATION_JSON).content(recipe.formatted("micro-llava"))).andReturn();
        assertThat(pictures.getResponse().getStatus()).isEqualTo(202);
        assertThat(status(post(pictures.getResponse().getHeader("Location") + "/cancel"))).isEqualTo(202);
        MvcResult form = http.perform(host(post("/submit")).param("model", "reference/micro-llama").param("method", "rtn").param("scope.towers", "vision")
                .param("weights.group-size", "0")).andReturn();
        assertThat(form.getResponse().getContentAsString()).contains(">0 is not allowed; it must be a whole number");
    }

    @Test
    void tasksWithPicturesAreRefusedForAModelOfTextAlone() throws Exception {
        MvcResult form = http.perform(host(post("/submit")).param("model", "reference/micro-llama").param("method", "rtn").param("tasks", "micro_mme")).andReturn();
        assertThat(form.getResponse().getStatus()).isEqualTo(400);
        assertThat(form.getResponse().getContentAsString()).contains("micro_mme: these show pictures, and reference/micro-llama reads text alone; leave them out");
    }

    @Test
    void aRuleForNoLayerOfTheModelIsRefusedBeforeItWaits() throws Exception {
        MvcResult form = http.perform(host(post("/submit")).param("model", "reference/micro-llama").param("method", "rtn")
                .param("modules", "- {match: down_prj, weights: {bits: 8}}")).andReturn();
        assertThat(form.getResponse().getStatus()).isEqualTo(400);
        assertThat(form.getResponse().getContentAsString())
                .contains("[0].match: &#39;down_prj&#39; matches no linear layer of this model; did you mean down_proj? Its layers end in q_proj, k_proj");
        MvcResult sent = http.perform(host(post("/api/v1/submissions")).contentType(MediaType.APPLICATION_JSON)
                .content("{\"model\": \"reference/micro-llama\", \"method\": \"rtn\", \"modules\": [{\"match\": \"vision_tower.*\"}]}")).andReturn();
        assertThat(sent.getResponse().getStatus()).isEqualTo(400);
        assertThat(JSON.readTree(sent.getResponse().getContentAsString()).get("fields").propertyNames()).containsExactly("modules[0].match");
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
        assertThat(answer.getResponse().getContentAsString()).contains("One field must be mended").contains("&#39;model.zip&#39; ");
    }

    /** What a client is told names what it sent, never where that lies. */
    @Test
    void noErrorNamesAFolderOfTheServer(@Autowired ServiceSettings settings) throws Exception {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("config.json"));
            zip.write("{".getBytes());
            zip.putNextEntry(new ZipEntry("model.safetensors"));
            zip.write("none".getBytes());
        }
        for (byte[] content : new byte[][] {bytes.toByteArray(), "PK".getBytes(), new byte[0]}) {
            for (String name : new String[] {"mine.zip", "mine.gguf", "mine.tar.gz", "mine.bin"}) {
                var file = new MockMultipartFile("upload", name, "application/zip", content);
                MvcResult form = http.perform(host(multipart("/submit/checkpoint").file(file)).param("base", "reference/micro-llama")).andReturn();
                MvcResult program = http.perform(host(multipart("/api/v1/submissions").file(file)).param("base", "reference/micro-llama")).andReturn();
                assertThat(form.getResponse().getStatus()).as(name).isEqualTo(400);
                assertThat(program.getResponse().getStatus()).as(name).isEqualTo(400);
                assertThat(form.getResponse().getContentAsString() + program.getResponse().getContentAsString()).as(name)
                        .doesNotContain(settings.home().toString()).doesNotContain("received-").doesNotContain("unpacking-");
            }
        }
    }

    /** Whatever model is chosen afterwards, the usual data are those of that model, and pictures where a tower needs them. */
    @Test
    void embeddedModelsAreCalibratedOnTheirUsualData() throws Exception {
        assertThat(page("/submit?method=gptq&model=reference/micro-llava")).containsPattern("name=\"calibration.dataset\" value=\"auto\"")
                .containsPattern("name=\"calibration.sequence-length\" value=\"256\"").contains("need data with pictures");
    }

    @Test
    void aMethodsSourceIsLinked() throws Exception {
        assertThat(page("/methods/q-vlm")).contains("<a href=\"https://arxiv.org/abs/2410.08119\">arxiv.org/abs/2410.08119</a>, <a href=\"https://github.com/ChangyuanWang17/QVLM\">")
                .doesNotContain("from 4 to 4");
    }

    @Test
    void aWaitingSubmissionSaysHowItWillBeMeasured() throws Exception {
        String recipe = "{\"model\": \"reference/micro-llava\", \"method\": \"rtn\", \"weights\": {\"bits\": 6}}";
        String tasks = "/api/v1/submissions?tasks=micro_mme,micro_docvqa&limit=7";
        MvcResult usual = http.perform(host(post(tasks)).contentType(MediaType.APPLICATION_JSON).content(recipe)).andReturn();
        assertThat(page(usual.getResponse().getHeader("Location").replace("/api/v1", ""))).contains("micro_mme (first 7), micro_docvqa (first 7)")
                .doesNotContain("chat template").doesNotContain("picture tokens");
        MvcResult other = http.perform(host(post(tasks + "&chat-template=vicuna_v1&picture-tokens=original")).contentType(MediaType.APPLICATION_JSON).content(recipe)).andReturn();
        assertThat(page(other.getResponse().getHeader("Location").replace("/api/v1", ""))).contains("<dt>chat template</dt><dd>vicuna_v1, of the LLaVA code</dd>")
                .contains("<dt>picture tokens</dt><dd>counted as in the LLaVA code</dd>");
        JsonNode asked = json(get(other.getResponse().getHeader("Location"))).get("measuring");
        assertThat(asked.get("chatTemplate").asString()).isEqualTo("vicuna_v1");
        assertThat(asked.get("pictureTokens").asString()).isEqualTo("original");
        assertThat(asked.get("tasks").valueStream().map(task -> task.get("task").asString() + " " + task.get("limit").asInt())).containsExactly("micro_mme 7", "micro_docvqa 7");
        assertThat(asked.get("computeType").isNull()).as("nobody computes yet").isTrue();
        assertThat(json(get(usual.getResponse().getHeader("Location"))).at("/measuring/chatTemplate").asString()).isEqualTo("auto");
        for (MvcResult sent : new MvcResult[] {usual, other}) {
            assertThat(status(post(sent.getResponse().getHeader("Location") + "/cancel"))).isEqualTo(202);
        }
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
}
