package io.yolofit.app.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.yolofit.train.event.TrainingEvent.Ended;
import io.yolofit.train.event.TrainingEvent.Rates;
import io.yolofit.train.event.TrainingEvent.Reason;
import io.yolofit.train.event.TrainingEvent.Started;
import io.yolofit.train.event.TrainingEvent.Step;
import io.yolofit.train.event.TrainingEvents;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.OptionsParser;
import io.yolofit.train.options.value.PageAddress;
import io.yolofit.train.program.LossItems;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.BindException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageServerTest {
    private static final PageAddress ANY = PageAddress.LOCAL;

    @TempDir
    private Path parent;
    private Path folder;
    private Feed feed;
    private PageServer server;

    @BeforeEach
    void open() throws IOException {
        folder = Files.createDirectory(parent.resolve("run"));
        Files.writeString(folder.resolve("args.yaml"), "secret: 1\n");
        Files.writeString(folder.resolve("results.png"), "a picture");
        Files.writeString(parent.resolve("outside.png"), "outside");
        Files.createSymbolicLink(folder.resolve("link.png"), parent.resolve("outside.png"));
        feed = new Feed(new RunHistory(folder, System::nanoTime, () -> 1L << 30));
        server = PageServer.open(ANY, new RunSite(feed, new RunPictures(folder)));
    }

    @AfterEach
    void close() {
        feed.close();
        server.close();
    }

    private static Step step(int batch, int batches) {
        return new Step(1, batch, batches, 4, LossItems.ZERO, LossItems.of(1, 2, Double.NaN),
                new Rates(0.01, 0.01, 0.1));
    }

    private Socket connect() throws IOException {
        var socket = new Socket("127.0.0.1", URI.create(server.url()).getPort());
        socket.setSoTimeout(20_000);
        return socket;
    }

    /// The whole answer to a request that is sent as it is.
    private String raw(String request) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private String get(String path) throws IOException {
        return raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    }

    private BufferedReader stream(Socket socket) throws IOException {
        socket.getOutputStream().write("GET /events HTTP/1.0\r\nHost: localhost\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII));
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    private static JsonNode frame(BufferedReader in) throws IOException {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.startsWith("data: ")) {
                return new ObjectMapper().readTree(line.substring("data: ".length()));
            }
        }
        throw new IOException("the stream ended");
    }

    @Test
    void servesThePageItsPicturesAndNothingElse() throws IOException {
        assertThat(get("/")).startsWith("HTTP/1.1 200").contains("<!doctype html>")
                .containsIgnoringCase("Content-security-policy: default-src 'none'");
        assertThat(get("/pictures")).containsPattern("\\[\"results.png\\?\\d+\"]$");
        assertThat(get("/picture/results.png?1")).startsWith("HTTP/1.1 200").endsWith("a picture");
        for (String path : List.of("/args.yaml", "/picture/args.yaml", "/picture/link.png", "/picture/../args.yaml",
                "/picture/../outside.png", "/picture/%2e%2e/outside.png", "/picture/..%2foutside.png", "/../etc/passwd",
                "//etc/passwd", "/picture/", "/picture/results.png/", "/picture/results.png%00", "/picture/.",
                "/picture//etc/passwd")) {
            assertThat(get(path)).as(path).doesNotContain("secret").doesNotContain("outside\n").matches(
                    text -> text.startsWith("HTTP/1.1 404") || text.startsWith("HTTP/1.1 400"), "404 or 400");
        }
    }

    @Test
    void refusesMalformedRequestsAndGoesOn() throws IOException {
        for (String request : List.of("\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\0\1\2\3\r\n\r\n",
                "GET http://[ HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET mailto:a HTTP/1.1\r\nHost: localhost\r\n\r\n", "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n", "x".repeat(100_000))) {
            assertThat(raw(request)).as(request).doesNotContain("secret").doesNotStartWith("HTTP/1.1 5");
        }
        assertThat(raw("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 405");
        assertThat(raw("GET / HTTP/1.1\r\nHost: attacker.example\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 403");
        assertThat(get("/")).startsWith("HTTP/1.1 200");
    }

    @Test
    void aLateReaderGetsTheHistoryThenTheNewsThenTheEnd() throws IOException {
        feed.planned("a device", 2L << 30);
        feed.on(step(1, 4));
        feed.line("first line");
        try (Socket socket = connect(); BufferedReader in = stream(socket)) {
            JsonNode whole = frame(in);
            assertThat(whole.get("whole").booleanValue()).isTrue();
            assertThat(whole.at("/run/planned").longValue()).isEqualTo(2L << 30);
            assertThat(whole.get("points")).hasSize(1);
            assertThat(whole.get("points").get(0).get(3).isNull()).isTrue();
            assertThat(whole.at("/log/0").textValue()).isEqualTo("first line");

            feed.on(step(2, 4));
            feed.on(step(3, 4));
            JsonNode news = frame(in);
            assertThat(news.get("whole").booleanValue()).isFalse();
            assertThat(news.get("points")).hasSize(2);
            assertThat(news.get("log")).isEmpty();
            assertThat(news.at("/status/memory").longValue()).isEqualTo(1L << 30);

            feed.on(new Ended(1, 1, 0.5, 3, Reason.FINISHED, "all epochs are done"));
            feed.close();
            assertThat(frame(in).at("/status/state").textValue()).isEqualTo("finished");
            assertThatThrownBy(() -> frame(in)).hasMessage("the stream ended");
        }
    }

    /// Two hundred readers, of which half never read: events are published without delay, and the page still answers.
    @Test
    void manyReadersAndSomeThatNeverReadDoNotDelayTheRun() throws IOException {
        List<Socket> sockets = new ArrayList<>();
        List<BufferedReader> reading = new ArrayList<>();
        try (var events = new TrainingEvents(() -> false)) {
            events.listen("the page", feed);
            for (int client = 0; client < 200; client++) {
                Socket socket = connect();
                sockets.add(socket);
                BufferedReader in = stream(socket);
                if (client % 2 == 0) {
                    reading.add(in);
                }
            }
            for (BufferedReader in : reading) {
                frame(in);
            }
            long start = System.nanoTime();
            for (int batch = 1; batch <= 5000; batch++) {
                events.publish(step(batch, 5000));
                feed.line("line " + "x".repeat(200));
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
            for (BufferedReader in : reading) {
                assertThat(frame(in).get("points").size()).isPositive();
            }
            assertThat(get("/")).startsWith("HTTP/1.1 200");
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void theHistoryIsBounded() throws IOException {
        var history = new RunHistory(folder, System::nanoTime, () -> 0);
        for (int batch = 1; batch <= 20_000; batch++) {
            history.add(step(batch, 20_000));
            history.line("line " + batch);
        }
        JsonNode whole = new ObjectMapper().readTree(history.all());
        assertThat(whole.get("points").size()).isBetween(RunHistory.POINTS / 2, RunHistory.POINTS);
        assertThat(whole.get("log").size()).isEqualTo(RunHistory.LINES);
        assertThat(whole.get("log").get(RunHistory.LINES - 1).textValue()).isEqualTo("line 20000");
        double gap = whole.get("points").get(1).get(0).doubleValue() - whole.get("points").get(0).get(0).doubleValue();
        assertThat(gap * whole.get("points").size()).isBetween(0.8, 1.2);
    }

    @Test
    void theTimeLimitOfARunBoundsItsRemainingTime() throws IOException {
        long[] seconds = {0};
        var history = new RunHistory(folder, () -> seconds[0] * 1_000_000_000, () -> 0);
        history.add(new Started(null, OptionsParser.parse(Mode.TRAIN, List.of("model=yolov8n", "data=cells.yaml",
                "epochs=1000", "time=1")), List.of("cell"), 0));
        seconds[0] = 1800;
        history.add(step(1, 2));
        JsonNode status = new ObjectMapper().readTree(history.all()).get("status");
        assertThat(status.get("eta").doubleValue()).isEqualTo(1800);
        assertThat(status.get("part").doubleValue()).isEqualTo(0.5);
    }

    @Test
    void anotherAddressThanLoopbackNeedsTheToken() throws IOException {
        try (PageServer open = PageServer.open(new PageAddress(true, Optional.of("0.0.0.0"), Optional.empty()),
                new RunSite(feed, new RunPictures(folder)))) {
            URI url = URI.create(open.url());
            assertThat(url.getPath()).matches("/[0-9a-f]{32}/");
            int port = url.getPort();
            for (String path : List.of("/", "/events", "/pictures", url.getPath())) {
                try (Socket socket = new Socket("127.0.0.1", port)) {
                    socket.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
                    assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).as(path)
                            .startsWith(path.equals(url.getPath()) ? "HTTP/1.1 200" : "HTTP/1.1 404");
                }
            }
        }
    }

    @Test
    void aPortInUseIsReportedWhereItWasGiven() throws IOException {
        int port = URI.create(server.url()).getPort();
        var taken = new PageAddress(true, Optional.empty(), Optional.of(port));
        assertThatThrownBy(() -> PageServer.open(taken, new RunSite(feed, new RunPictures(folder))))
                .isInstanceOf(BindException.class);
    }
}
