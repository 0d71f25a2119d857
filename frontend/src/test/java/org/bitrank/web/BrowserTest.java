package org.bitrank.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.deque.html.axecore.results.Rule;
import com.deque.html.axecore.selenium.AxeBuilder;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.bitrank.service.picture.Pictures;
import org.bitrank.service.result.ResultRecorder;
import org.bitrank.service.settings.ServiceSettings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.support.ui.Select;

/** The pages in a real browser: with and without scripts, on a phone, in the dark, by keyboard, and for screen readers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrowserTest {
    private static final List<String> PAGES = List.of(
            "/", "/?columns=tasks", "/?bits=5", "/?model=nobody/nothing&sort=bogus", "/?size=0", "/?provenance=published", "/submit", "/submit?method=gptq", "/submit/checkpoint", "/queue", "/methods", "/methods/gptq", "/methods/rtn", "/?recovery=99&sort=bytes", "/?task=piqa&best=method",
            "/data", "/studies", "/studies/llama3-study", "/studies/factors", "/studies/factors?rows=published/llama3-study", "/studies/factors?factor=model",
            "/studies/scaling", "/studies/scaling?rows=published/spectra", "/compare", "/about", "/nowhere");

    /** For what takes a second on a quiet machine. */
    private static final int SCRIPT_SECONDS = 120;

    private Application application;
    private Browser browser;
    private long base;

    @BeforeAll
    void start() {
        assumeTrue(Browser.installed(), "needs /usr/bin/chromium and /usr/bin/chromedriver; ./bitrank test installs them");
        application = new Application(false, false);
        base = SampleRows.study(application.bean(ResultRecorder.class));
        SampleRows.records(application.bean(ServiceSettings.class), application.bean(Pictures.class));
        browser = new Browser(1440, 1000, true, false);
    }

    @AfterAll
    void stop() {
        if (application != null) {
            browser.close();
            application.close();
        }
    }

    /** Pages of one row. */
    private List<String> pagesOfARow() {
        String row = "/rows/" + (base + 3);
        return List.of(row, row + "/items", row + "/items?task=piqa", row + "/items?task=piqa&show=lost", row + "/items?task=piqa&q=nowhere",
                "/compare?row=" + base + "&row=" + (base + 3), "/compare?row=" + base + "&row=" + (base + 3) + "&row=" + (base + 4) + "&row=" + (base + 8));
    }

    @Test
    void axeFindsNothingOnAnyPage() {
        for (String page : PAGES) {
            clean(browser, page);
        }
        for (String page : pagesOfARow()) {
            clean(browser, page);
        }
    }

    @Test
    void axeFindsNothingInTheDarkEither() {
        try (var dark = new Browser(1440, 1000, true, true)) {
            for (String page : List.of("/", "/rows/" + (base + 3), "/rows/" + (base + 3) + "/items?task=piqa&show=flipped", "/methods/gptq", "/studies/factors", "/studies/scaling?rows=published/spectra", "/compare?row=" + base + "&row=" + (base + 3), "/submit?method=gptq", "/studies/llama3-study", "/queue")) {
                clean(dark, page);
            }
        }
    }

    @Test
    void aPhoneNeedsNoSidewaysScrolling() {
        try (var phone = new Browser(500, 900, true, false)) {
            phone.phone();
            for (String page : Stream.concat(PAGES.stream(), pagesOfARow().stream()).toList()) {
                phone.driver().get(application.address(page));
                Number width = (Number) phone.driver().executeScript("return document.documentElement.scrollWidth");
                assertThat(width.intValue()).as("width of " + page).isLessThanOrEqualTo(390);
            }
            clean(phone, "/");
        }
    }

    @Test
    void theBoardsTableFitsAnOrdinaryScreen() {
        ChromeDriver driver = browser.driver();
        driver.get(application.address("/"));
        Number hidden = (Number) driver.executeScript("const table = document.querySelector('#results .scroll'); return table.scrollWidth - table.clientWidth");
        assertThat(hidden.intValue()).as("pixels beyond the edge").isLessThanOrEqualTo(1);
    }

    @Test
    void everythingWorksWithoutScripts() {
        try (var plain = new Browser(1440, 1400, false, false)) {
            ChromeDriver driver = plain.driver();
            driver.get(application.address("/"));
            driver.findElement(By.id("method-gptq")).click();
            plain.follow(By.cssSelector("#facets noscript button, #facets form > button"));
            assertThat(driver.getCurrentUrl()).contains("method=gptq");
            assertThat(driver.findElements(By.cssSelector("table.ranking tbody tr"))).hasSize(4);
            plain.follow(By.linkText("MB"));
            assertThat(driver.getCurrentUrl()).contains("sort=bytes").contains("method=gptq");

            driver.get(application.address("/submit"));
            driver.findElement(By.id("weights-bits")).clear();
            driver.findElement(By.id("weights-bits")).sendKeys("3");
            new Select(driver.findElement(By.id("method"))).selectByValue("gptq");
            plain.follow(By.xpath("//button[text()='Show its options']"));
            assertThat(driver.findElement(By.id("options-act-order")).isDisplayed()).isTrue();
            assertThat(driver.findElement(By.id("weights-bits")).getDomProperty("value")).isEqualTo("3");
        }
    }

    @Test
    void flippedItemsAreTwoClicksFromTheBoardWithoutScripts() {
        try (var plain = new Browser(1440, 1400, false, false)) {
            ChromeDriver driver = plain.driver();
            driver.get(application.address("/rows/" + (base + 3)));
            plain.follow(By.cssSelector("td.flips a"));
            assertThat(driver.getCurrentUrl()).contains("/items?task=piqa&show=flipped");
            plain.follow(By.partialLinkText("Right → wrong"));
            assertThat(driver.getCurrentUrl()).contains("show=lost");
            List<WebElement> found = driver.findElements(By.cssSelector("article.item"));
            assertThat(found).isNotEmpty().allSatisfy(item -> assertThat(item.getText()).contains("right → wrong", "right answer", "chosen by the base", "<b>bread</b> & butter"));
            driver.findElement(By.id("words")).sendKeys("number 3");
            plain.follow(By.xpath("//button[text()='Show']"));
            assertThat(driver.getCurrentUrl()).contains("q=number+3").contains("show=lost");
            assertThat(driver.findElements(By.cssSelector("article.item")).size()).isLessThan(found.size());
        }
    }

    @Test
    void tickedRowsAreComparedWithoutScripts() {
        try (var plain = new Browser(1440, 1400, false, false)) {
            ChromeDriver driver = plain.driver();
            driver.get(application.address("/"));
            driver.findElement(By.id("pick-" + (base + 3))).click();
            driver.findElement(By.id("pick-" + (base + 4))).click();
            plain.follow(By.xpath("//button[text()='Compare ticked rows']"));
            assertThat(driver.getCurrentUrl()).contains("/compare?row=" + (base + 3) + "&row=" + (base + 4));
            assertThat(driver.findElements(By.cssSelector("table.pairs tbody tr"))).hasSize(2);
            new Select(driver.findElement(By.cssSelector("form.add select"))).selectByValue(Long.toString(base));
            plain.follow(By.xpath("//button[text()='Add']"));
            assertThat(driver.findElements(By.cssSelector("table.pairs"))).hasSize(3);
            assertThat(driver.findElement(By.cssSelector("table.sides thead")).getText()).contains("A float16, the base");
            plain.follow(By.linkText("leave out"));
            assertThat(driver.findElements(By.cssSelector("table.pairs"))).hasSize(1);
        }
    }

    @Test
    void aFilterChangesTheTableAndTheAddressWithoutReloading() {
        ChromeDriver driver = browser.driver();
        driver.get(application.address("/"));
        driver.executeScript("window.stayed = true");
        browser.tick(By.id("bits-4"));
        browser.soon(() -> driver.getCurrentUrl().contains("bits=4"));
        browser.soon(() -> driver.findElements(By.cssSelector("table.ranking tbody tr")).size() == 5);
        assertThat(driver.executeScript("return window.stayed")).isEqualTo(true);
        driver.navigate().back();
        browser.soon(() -> driver.findElements(By.cssSelector("table.ranking tbody tr")).size() == 9);
    }

    @Test
    void theKeyboardReachesEverythingAndTheFocusIsSeen() {
        ChromeDriver driver = browser.driver();
        driver.get(application.address("/"));
        driver.findElement(By.tagName("body")).sendKeys(Keys.TAB);
        assertThat(driver.switchTo().activeElement().getText()).isEqualTo("To the content");
        for (int i = 0; i < 5; i++) {
            driver.switchTo().activeElement().sendKeys(Keys.TAB);
        }
        WebElement focused = driver.switchTo().activeElement();
        assertThat(focused.getText()).isEqualTo("Methods");
        assertThat(focused.getCssValue("outline-style")).isEqualTo("solid");
        focused.sendKeys(Keys.ENTER);
        browser.soon(() -> driver.getTitle().startsWith("Methods"));
    }

    @Test
    void theSidePanelTellsTheSizeWhileTheFormIsFilledIn() {
        ChromeDriver driver = browser.driver();
        driver.get(application.address("/submit"));
        WebElement bits = driver.findElement(By.id("weights-bits"));
        bits.clear();
        bits.sendKeys("8", Keys.TAB);
        // Emptying the field asks too, so that another answer may come first.
        browser.soon(() -> driver.findElement(By.cssSelector("#estimate dd")).getText().matches("8(\\.\\d+)?"));
        bits.clear();
        bits.sendKeys("9", Keys.TAB);
        browser.soon(() -> driver.findElement(By.id("estimate")).getText().contains("Would be refused"));
    }

    /** What is changed while an older answer is still on its way counts, not that answer. */
    @Test
    void onASlowLineTheLastChangeIsWhatIsShown() {
        try (var slow = new Browser(1440, 1400, true, false)) {
            ChromeDriver driver = slow.driver();
            driver.get(application.address("/submit"));
            slow.latency(Duration.ofSeconds(1));
            WebElement bits = driver.findElement(By.id("weights-bits"));
            for (String typed : List.of("3", "2", "8")) {
                bits.sendKeys(Keys.chord(Keys.CONTROL, "a"), typed, Keys.TAB);
                slow.pause(Duration.ofMillis(400));
            }
            slow.soon(() -> driver.findElement(By.cssSelector("#estimate dd")).getText().matches("8(\\.\\d+)?"));

            slow.latency(Duration.ZERO);
            driver.get(application.address("/"));
            slow.latency(Duration.ofSeconds(1));
            slow.tick(By.id("bits-4"));
            slow.tick(By.id("method-gptq"));
            slow.soon(() -> driver.getCurrentUrl().contains("bits=4") && driver.getCurrentUrl().contains("method=gptq"));
            slow.soon(() -> driver.findElements(By.cssSelector("#facets input[type=checkbox]:checked")).stream().map(box -> box.getDomAttribute("value")).toList().containsAll(List.of("4", "gptq")));
        }
    }

    @Test
    void nothingIsRefusedByTheContentPolicy() {
        ChromeDriver driver = browser.driver();
        for (String page : List.of("/", "/submit", "/queue", "/rows/" + base)) {
            driver.get(application.address(page));
        }
        assertThat(driver.manage().logs().get("browser").getAll().stream().map(Object::toString)).noneMatch(line -> line.contains("Content Security Policy"));
    }

    private void clean(Browser in, String page) {
        in.driver().get(application.address(page));
        // In the page itself: else it opens a window of its own for each result, which a busy browser may not show in time.
        List<Rule> found = new AxeBuilder().setLegacyMode().setTimeout(SCRIPT_SECONDS).analyze(in.driver()).getViolations();
        assertThat(found.stream().map(rule -> rule.getId() + ": " + rule.getHelp() + " " + rule.getNodes().stream().map(node -> node.getHtml()).limit(3).toList())).as(page).isEmpty();
    }
}
