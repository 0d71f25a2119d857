package org.bitrank.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.openqa.selenium.By;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.support.ui.WebDriverWait;

/** Headless Chromium with an empty profile and its own folder of downloads. */
public final class Browser implements AutoCloseable {
    private static final Path BINARY = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

    /** Far longer than anything takes on a quiet machine; also for a script, and for the driver's own start from a cold disk. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** A busy machine may be too slow for the driver, which gives a browser a minute to answer and then says that it did not start. */
    private static final int STARTS = 3;

    private final Path folder;
    private final ChromeDriver driver;

    public Browser(int width, int height, boolean scripts, boolean dark) {
        try {
            folder = Files.createTempDirectory("bitrank-browser-");
            Files.createDirectories(downloads());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var options = new ChromeOptions();
        options.setBinary(BINARY.toFile());
        options.addArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=" + width + "," + height);
        if (dark) {
            options.addArguments("--blink-settings=preferredColorScheme=0");
        }
        Map<String, Object> preferences = new HashMap<>();
        preferences.put("download.default_directory", downloads().toString());
        preferences.put("download.prompt_for_download", false);
        if (!scripts) {
            preferences.put("profile.managed_default_content_settings.javascript", 2);
        }
        options.setExperimentalOption("prefs", preferences);
        driver = started(options, folder);
        driver.manage().timeouts().scriptTimeout(PATIENCE);
    }

    private static ChromeDriver started(ChromeOptions options, Path folder) {
        for (int start = 1; ; start++) {
            // The last one told counts; what did not start in time may still hold the one before.
            options.addArguments("--user-data-dir=" + folder.resolve("profile-" + start));
            try {
                return new ChromeDriver(new ChromeDriverService.Builder().usingDriverExecutable(DRIVER.toFile()).withTimeout(PATIENCE).build(), options);
            } catch (WebDriverException notStarted) {
                if (start == STARTS) {
                    throw notStarted;
                }
            }
        }
    }

    public static boolean installed() {
        return Files.isExecutable(BINARY) && Files.isExecutable(DRIVER);
    }

    public ChromeDriver driver() {
        return driver;
    }

    /**
     * Clicks what leads to another page and waits until that page has taken the place of this one. The driver alone may come back from a click
     * before the browser has begun to leave, most of all on a busy machine, and what is asked then is answered by the old page.
     */
    public void follow(By link) {
        String left = document();
        // News may put a fresh copy of a part in its place between finding the link and clicking it; a click that was taken is not repeated.
        until(PATIENCE, () -> {
            if (left.equals(document())) {
                driver.findElement(link).click();
            }
            return true;
        });
        until(PATIENCE, () -> !left.equals(document()));
    }

    /**
     * Names the document that the window shows, anew for each load. Asked of the browser, because asking an element of a page that is being left
     * whether it is stale can itself fail, with whatever error the driver meets on its way.
     */
    private String document() {
        Map<?, ?> tree = (Map<?, ?>) driver.executeCdpCommand("Page.getFrameTree", Map.of()).get("frameTree");
        return (String) ((Map<?, ?>) tree.get("frame")).get("loaderId");
    }

    /** Sets a box that is not set yet; news may put a fresh copy in its place between finding and clicking. */
    public void tick(By box) {
        until(PATIENCE, () -> {
            if (!driver.findElement(box).isSelected()) {
                driver.findElement(box).click();
            }
            return true;
        });
    }

    /** What elements say at one moment: asked one by one, they may be gone when news change the page. */
    @SuppressWarnings("unchecked")
    public List<String> texts(String selector) {
        return (List<String>) driver.executeScript("return [...document.querySelectorAll(arguments[0])].map(element => element.innerText)", selector);
    }

    /** Waits for what a script of the page, or the server behind it, brings about by itself. */
    public void soon(BooleanSupplier condition) {
        until(PATIENCE, condition);
    }

    public void until(Duration longest, BooleanSupplier condition) {
        new WebDriverWait(driver, longest, Duration.ofMillis(300)).ignoring(WebDriverException.class).until(_ -> condition.getAsBoolean());
    }

    /** Clicks a download and waits for the whole file: while it grows it has another name, and its own may stand there empty. */
    public Path download(By link, String name) {
        Path file = downloads().resolve(name);
        driver.findElement(link).click();
        until(PATIENCE, () -> file.toFile().length() > 0 && downloads().toFile().list((_, other) -> other.endsWith(".crdownload")).length == 0);
        return file;
    }

    /** Shows pages as wide as a phone, which a desktop window can't be. */
    public void phone() {
        driver.executeCdpCommand("Emulation.setDeviceMetricsOverride", Map.of("width", 390, "height", 844, "deviceScaleFactor", 2, "mobile", true));
    }

    /** Every answer takes this much longer from now on. */
    public void latency(Duration delay) {
        driver.executeCdpCommand("Network.enable", Map.of());
        driver.executeCdpCommand("Network.emulateNetworkConditions",
                Map.of("offline", false, "latency", delay.toMillis(), "downloadThroughput", -1, "uploadThroughput", -1));
    }

    /** The time that somebody takes between two changes. */
    public void pause(Duration time) {
        new Actions(driver).pause(time).perform();
    }

    public Path downloads() {
        return folder.resolve("downloads");
    }

    public void screenshot(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, driver.getScreenshotAs(org.openqa.selenium.OutputType.BYTES));
    }

    /** The whole page, not only what fits into the window. */
    public void wholePage(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Map<String, Object> picture = driver.executeCdpCommand("Page.captureScreenshot", Map.of("captureBeyondViewport", true, "format", "png"));
        Files.write(file, java.util.Base64.getDecoder().decode((String) picture.get("data")));
    }

    @Override
    public void close() {
        driver.quit();
        Leftovers.delete(folder);
    }
}
