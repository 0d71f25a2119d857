package org.bitrank.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.support.ui.Select;

/** The whole house once: a recipe goes in on the form; a ranked, reproducible, downloadable row comes out. */
class JourneyTest {
    private static final Duration RUN = Duration.ofMinutes(10);

    @Test
    void aRecipeGoesInAndARankedDownloadableRowComesOut() throws Exception {
        assumeTrue(Browser.installed(), "needs /usr/bin/chromium and /usr/bin/chromedriver; ./bitrank test installs them");
        try (var application = new Application(true, false); var browser = new Browser(1440, 1100, true, false)) {
            ChromeDriver driver = browser.driver();
            String first = submit(application, browser, "4");
            watch(browser);
            String row = openRow(browser);

            String second = submit(application, browser, "2");
            assertThat(second).isNotEqualTo(first);
            driver.get(application.address("/"));
            // The base and two recipes, in whatever order they were measured.
            browser.until(RUN, () -> rows(driver) == 3);
            assertThat(driver.findElements(By.cssSelector("tbody tr.base"))).hasSize(1);
            assertThat(browser.texts("tbody td.rank")).map(String::strip).startsWith("base").contains("1");

            driver.get(row);
            String sha256 = driver.findElement(By.id("artifact-sha256")).getText().replace("sha256 ", "");
            Path archive = browser.download(By.id("artifact"), driver.findElement(By.id("artifact")).getText());
            assertThat(sha256(archive)).isEqualTo(sha256);
            checksumsInside(archive);

            items(browser, row);

            driver.get(application.address("/"));
            List<String> shown = driver.findElements(By.cssSelector("tbody tr")).stream().map(line -> line.getDomAttribute("id").replace("row-", "")).toList();
            Path csv = browser.download(By.linkText("CSV"), "bitrank-results.csv");
            assertThat(Files.readAllLines(csv).stream().skip(1).map(line -> line.split(",")[0])).containsExactlyElementsOf(shown);
            assertThat(Files.readString(csv)).contains(sha256);
        }
    }

    private static String submit(Application application, Browser browser, String bits) {
        ChromeDriver driver = browser.driver();
        driver.get(application.address("/submit"));
        new Select(driver.findElement(By.id("method"))).selectByValue("rtn");
        driver.findElement(By.id("weights-bits")).clear();
        driver.findElement(By.id("weights-bits")).sendKeys(bits);
        driver.findElement(By.id("weights-group-size")).clear();
        driver.findElement(By.id("weights-group-size")).sendKeys("32");
        driver.findElement(By.id("limit")).sendKeys("8");
        browser.follow(By.xpath("//button[text()='Submit the recipe']"));
        assertThat(driver.getCurrentUrl()).contains("/submissions/");
        return driver.getCurrentUrl();
    }

    /** The page is not loaded again by us: what it tells arrives by itself. */
    private static void watch(Browser browser) {
        ChromeDriver driver = browser.driver();
        driver.executeScript("window.stayed = true");
        browser.until(RUN, () -> {
            String state = driver.findElement(By.id("state")).getDomAttribute("data-state");
            assertThat(state).as(browser.texts("#submission").toString()).isNotEqualTo("failed");
            return state.equals("finished");
        });
        assertThat(driver.executeScript("return window.stayed")).isEqualTo(true);
    }

    private static String openRow(Browser browser) {
        ChromeDriver driver = browser.driver();
        browser.follow(By.id("its-row"));
        assertThat(driver.getCurrentUrl()).contains("/rows/");
        assertThat(driver.findElement(By.tagName("h1")).getText()).contains("RTN 4-bit");
        assertThat(driver.findElement(By.cssSelector(".verdict")).getText()).contains("bits a weight");
        assertThat(driver.findElement(By.id("command")).getText()).contains("./bitrank eval").contains("reference/micro-llama");
        return driver.getCurrentUrl();
    }

    /** What was really recorded is what the explorer shows, the base's answers beside the row's. */
    private static void items(Browser browser, String row) {
        ChromeDriver driver = browser.driver();
        driver.get(row);
        browser.follow(By.cssSelector("td.flips a"));
        assertThat(driver.getCurrentUrl()).contains("/items?task=");
        browser.follow(By.partialLinkText("All"));
        assertThat(driver.findElements(By.cssSelector("article.item"))).hasSize(8).allSatisfy(item ->
                assertThat(item.findElements(By.cssSelector("table.choices tbody td")).stream().map(cell -> cell.getText()).filter(text -> text.matches("[−+]?\\d+\\.\\d\\d"))).isNotEmpty());
        assertThat(driver.findElement(By.cssSelector(".verdict")).getText()).contains("8 items").contains("Against the base");
    }

    private static int rows(ChromeDriver driver) {
        return driver.findElements(By.cssSelector("table.ranking tbody tr")).size();
    }

    private static String sha256(Path file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }

    /** {@code sha256sum --check}, as whoever downloads it would. */
    private static void checksumsInside(Path archive) throws Exception {
        Path folder = Files.createDirectories(archive.resolveSibling("unpacked"));
        run(folder, "tar", "-xf", archive.toString(), "--strip-components=1");
        assertThat(folder.resolve("bitrank.json")).exists();
        run(folder, "sha256sum", "--check", "--strict", "SHA256SUMS");
    }

    private static void run(Path folder, String... command) throws Exception {
        Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(Arrays.toString(command) + ": " + said).isZero();
    }
}
