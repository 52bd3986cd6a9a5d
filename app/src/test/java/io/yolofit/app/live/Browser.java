package io.yolofit.app.live;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/// Headless Chromium with one page, driven through the DevTools protocol. It is skipped where it is not installed.
public final class Browser implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(4); // of machines that are busy
    private static final int POLL_MILLIS = 50;
    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");

    private final ObjectMapper json = new ObjectMapper();
    private final AtomicInteger calls = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final Process process;
    private final HttpClient client = HttpClient.newHttpClient();
    private WebSocket socket;

    private Browser(Process process) {
        this.process = process;
    }

    /// @param folder for its profile
    public static Browser open(Path folder) throws IOException, InterruptedException {
        Path profile = Files.createTempDirectory(folder, "chromium");
        ProcessBuilder builder = new ProcessBuilder(program().toString(), "--headless=new", "--no-sandbox",
                "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--user-data-dir=" + profile,
                "--remote-debugging-port=0", "about:blank").redirectErrorStream(true)
                .redirectOutput(profile.resolve("messages.txt").toFile());
        builder.environment().put("TMPDIR", folder.toString());
        Process process = builder.start();
        Browser browser = new Browser(process);
        try {
            browser.connect(profile.resolve("DevToolsActivePort"));
            return browser;
        } catch (IOException | InterruptedException | RuntimeException | Error failure) {
            browser.close();
            throw failure;
        }
    }

    private static Path program() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        Optional<Path> found = NAMES.stream().flatMap(name -> Stream.of(path.split(File.pathSeparator))
                .map(entry -> Path.of(entry, name))).filter(Files::isExecutable).findFirst();
        assumeTrue(found.isPresent(), "chromium is not installed");
        return found.get();
    }

    private void connect(Path portFile) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!Files.exists(portFile) || Files.readString(portFile).lines().count() < 2) {
            if (System.nanoTime() > end || !process.isAlive()) {
                throw new IOException("chromium did not start: " + Files.readString(portFile.resolveSibling(
                        "messages.txt")));
            }
            Thread.sleep(POLL_MILLIS);
        }
        URI list = URI.create("http://127.0.0.1:" + Files.readAllLines(portFile).getFirst() + "/json/list");
        for (JsonNode target : json.readTree(client.send(HttpRequest.newBuilder(list).build(), BodyHandlers.ofString())
                .body())) {
            if (target.get("type").textValue().equals("page")) {
                socket = client.newWebSocketBuilder().buildAsync(URI.create(target.get("webSocketDebuggerUrl")
                        .textValue()), new Receiver()).join();
            }
        }
        for (String domain : List.of("Page", "Runtime", "Log")) {
            call(domain + ".enable", json.createObjectNode());
        }
    }

    /// Collects the parts of a message.
    private final class Receiver implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                receive(text.toString());
                text.setLength(0);
            }
            from.request(1);
            return null;
        }
    }

    private void receive(String text) {
        try {
            JsonNode message = json.readTree(text);
            if (message.has("id")) {
                answers.remove(message.get("id").intValue()).complete(message);
            } else if (List.of("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded").contains(
                    message.get("method").textValue())) {
                messages.add(message.get("params").toString());
            }
        } catch (IOException damaged) {
            messages.add(damaged.toString());
        }
    }

    private synchronized JsonNode call(String method, ObjectNode parameters) throws IOException {
        int id = calls.incrementAndGet();
        var answer = new CompletableFuture<JsonNode>();
        answers.put(id, answer);
        ObjectNode call = json.createObjectNode().put("id", id).put("method", method);
        call.set("params", parameters);
        socket.sendText(json.writeValueAsString(call), true).join();
        JsonNode message = answer.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        if (message.has("error")) {
            throw new IOException(method + ": " + message.get("error"));
        }
        return message.get("result");
    }

    /// Loads a page.
    public void go(String url) throws IOException {
        call("Page.navigate", json.createObjectNode().put("url", url));
    }

    /// The value of an expression in the page, as text.
    public String value(String expression) throws IOException {
        JsonNode result = call("Runtime.evaluate", json.createObjectNode().put("expression", expression)
                .put("returnByValue", true).put("awaitPromise", true));
        if (result.has("exceptionDetails")) {
            throw new IOException(expression + ": " + result.get("exceptionDetails"));
        }
        return result.get("result").path("value").asText();
    }

    /// The text of an element as it is shown.
    public String text(String selector) throws IOException {
        return value("document.querySelector(" + json.writeValueAsString(selector) + ")?.innerText ?? ''");
    }

    /// Waits until an expression is true in the page. One that cannot be evaluated yet is not.
    public void await(String expression) throws IOException, InterruptedException {
        String safe = "(() => { try { return !!(" + expression + ") } catch (missing) { return false } })()";
        for (long end = System.nanoTime() + PATIENCE.toNanos(); !value(safe).equals("true");) {
            if (System.nanoTime() > end) {
                throw new IOException("not true within " + PATIENCE + ": " + expression + "\n" + text("body"));
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    /// What the page wrote to the console so far: errors, warnings and exceptions.
    public List<String> messages() {
        return List.copyOf(messages);
    }

    /// Sets the width of the window and the color scheme.
    public void show(int width, int height, boolean dark) throws IOException {
        call("Emulation.setDeviceMetricsOverride", json.createObjectNode().put("width", width).put("height", height)
                .put("deviceScaleFactor", 1).put("mobile", false));
        ObjectNode media = json.createObjectNode();
        media.putArray("features").addObject().put("name", "prefers-color-scheme").put("value", dark ? "dark"
                : "light");
        call("Emulation.setEmulatedMedia", media);
    }

    /// Saves the whole page in four forms, `<name>-1280-light.png` and so on: 1280 and 400 pixels, light and dark.
    public void pictures(Path folder, String name) throws IOException, InterruptedException {
        for (int width : List.of(1280, 400)) {
            for (boolean dark : List.of(false, true)) {
                show(width, 900, dark);
                int height = Integer.parseInt(value("document.documentElement.scrollHeight"));
                show(width, height, dark);
                await("[...document.images].every(image => image.complete)");
                byte[] png = Base64.getDecoder().decode(call("Page.captureScreenshot", json.createObjectNode()
                        .put("format", "png")).get("data").textValue());
                Files.write(Files.createDirectories(folder).resolve("%s-%d-%s.png".formatted(name, width, dark ? "dark"
                        : "light")), png);
            }
        }
        show(1280, 900, false);
    }

    /// Whether the page is wider than its window.
    public boolean overflows() throws IOException {
        return value("document.documentElement.scrollWidth > document.documentElement.clientWidth").equals("true");
    }

    @Override
    public void close() {
        if (socket != null) {
            socket.abort();
        }
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS); // its profile is deleted after it has ended
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        client.close();
    }
}
