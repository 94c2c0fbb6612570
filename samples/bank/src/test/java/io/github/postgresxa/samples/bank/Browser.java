package io.github.postgresxa.samples.bank;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A Chromium without a window, from the distribution's package. Nothing is downloaded. */
final class Browser implements AutoCloseable {

    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final ChromeDriver driver;

    /** {@return whether there is one; a test that needs it is skipped where there is none} */
    static boolean isInstalled() {
        return Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER);
    }

    /** Starts the browser with a profile in an empty directory. */
    Browser(Path profile) {
        var messages = new LoggingPreferences();
        messages.enable(LogType.BROWSER, Level.ALL);
        var options = new ChromeOptions();
        options.setBinary(CHROMIUM.toFile());
        options.setCapability(ChromeOptions.LOGGING_PREFS, messages);
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-dev-shm-usage",
                "--user-data-dir=" + profile);
        var service = new ChromeDriverService.Builder()
                .usingDriverExecutable(DRIVER.toFile())
                .usingAnyFreePort()
                .build();
        this.driver = new ChromeDriver(service, options);
        size(1280, 800);
    }

    void size(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    void colours(String scheme) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    void open(String url) {
        driver.get(url);
    }

    void click(String css) {
        driver.findElement(By.cssSelector(css)).click();
    }

    /** {@return the visible text of the first element; empty if there is none} */
    String text(String css) {
        try {
            return driver.findElements(By.cssSelector(css)).stream()
                    .findFirst()
                    .map(element -> element.getText())
                    .orElse("");
        } catch (StaleElementReferenceException e) {
            return ""; // It has just been replaced.
        }
    }

    /** {@return the texts of all of them, read at one moment} */
    @SuppressWarnings("unchecked")
    List<String> texts(String css) {
        return (List<String>) driver.executeScript(
                "return [...document.querySelectorAll(arguments[0])].map(element => element.textContent)", css);
    }

    /** {@return an attribute of the first one; 0 if there is none} */
    long number(String css, String attribute) {
        return (Long) driver.executeScript(
                "return Number(document.querySelector(arguments[0])?.getAttribute(arguments[1]) ?? 0)", css, attribute);
    }

    boolean shows(String css) {
        return !driver.findElements(By.cssSelector(css)).isEmpty();
    }

    void await(String css) {
        Wait.atMost(LIMIT, () -> shows(css), () -> "no " + css + " in: " + text("body"));
    }

    void awaitText(String css, String part) {
        Wait.atMost(LIMIT, () -> text(css).contains(part), () -> "no '" + part + "' in " + css + ": " + text("body"));
    }

    /** {@return the errors on the console since the last call} */
    List<String> errors() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::toString)
                .toList();
    }

    void screenshot(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
    }

    /** Takes the same picture, dark and as wide as a phone, for the developer who changes the page. */
    void screenshots(Path file, Path others, String name) throws IOException {
        screenshot(file);
        colours("dark");
        screenshot(others.resolve(name + "-dark.png"));
        size(390, 1700);
        screenshot(others.resolve(name + "-dark-phone.png"));
        colours("light");
        screenshot(others.resolve(name + "-phone.png"));
        size(1280, 800);
    }

    @Override
    public void close() {
        driver.quit();
    }
}
