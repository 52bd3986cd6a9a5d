package io.yolofit.app.training;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The progress of a TrainJob, received by a small HTTP server.
class KubeflowProgressTest {
    @TempDir
    private Path folder;
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private final List<String> tokens = new CopyOnWriteArrayList<>();
    private final List<String> notes = new CopyOnWriteArrayList<>();
    private int answer = 200;
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            bodies.add(exchange.getRequestMethod() + " " + new String(exchange.getRequestBody().readAllBytes(),
                    StandardCharsets.UTF_8));
            tokens.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            exchange.sendResponseHeaders(answer, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/status";
    }

    @Test
    void postsPercentageRemainingTimeAndMetrics() throws IOException {
        Path token = Files.writeString(folder.resolve("token"), "secret\n");
        KubeflowProgress progress = KubeflowProgress.of(Map.of("KUBEFLOW_TRAINER_SERVER_URL", url(),
                "KUBEFLOW_TRAINER_SERVER_TOKEN", token.toString()), notes::add).orElseThrow();
        progress.report(3, 12, 60, Map.of("mAP50-95", .25));

        assertThat(tokens).containsExactly("Bearer secret");
        assertThat(bodies.getFirst()).startsWith("POST ");
        JsonNode status = new ObjectMapper().readTree(bodies.getFirst().substring(5)).get("trainerStatus");
        assertThat(status.get("progressPercentage").asInt()).isEqualTo(25);
        assertThat(status.get("estimatedRemainingSeconds").asInt()).isEqualTo(180);
        assertThat(status.get("metrics").get(0).get("name").asText()).isEqualTo("mAP50-95");
        assertThat(status.get("metrics").get(0).get("value").asText()).isEqualTo("0.25");
        assertThat(Instant.parse(status.get("lastUpdatedTime").asText())).isBeforeOrEqualTo(Instant.now());
        assertThat(notes).isEmpty();
    }

    @Test
    void aFailingServerIsReportedOnceAndStopsNothing() {
        answer = 500;
        KubeflowProgress progress = KubeflowProgress.of(Map.of("KUBEFLOW_TRAINER_SERVER_URL", url()), notes::add)
                .orElseThrow();
        progress.report(1, 2, 1, Map.of());
        progress.report(2, 2, 2, Map.of());
        assertThat(bodies).hasSize(2);
        assertThat(notes).containsExactly("progress cannot be reported to " + url() + ": the server answered 500");
    }

    @Test
    void outsideOfATrainJobNothingIsReported() {
        assertThat(KubeflowProgress.of(Map.of("PATH", "/bin"), notes::add)).isEmpty();
    }
}
