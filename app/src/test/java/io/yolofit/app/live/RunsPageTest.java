package io.yolofit.app.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.yolofit.api.run.ResultsCsv;
import io.yolofit.api.run.ResultsRow;
import io.yolofit.train.options.value.PageAddress;
import io.yolofit.train.program.LossItems;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunsPageTest {
    @TempDir
    Path project;

    private void run(String name, int epochs, long written) throws IOException {
        Path file = Files.createDirectory(project.resolve(name)).resolve("results.csv");
        ResultsCsv results = ResultsCsv.create(file);
        for (int epoch = 1; epoch <= epochs; epoch++) {
            results.append(new ResultsRow(epoch, epoch * 10, LossItems.of(3, 2, Double.NaN),
                    new ResultsRow.Metrics(0.1, 0.2, 0.3, 0.4), LossItems.of(1, 1, 1), List.of(0.1, 0.2, 0.3)));
        }
        Files.setLastModifiedTime(file, FileTime.fromMillis(written));
    }

    private static String get(String address) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) URI.create(address).toURL().openConnection();
        try (InputStream in = connection.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void listsFinishedAndRunningRunsTheLatestFirst() throws IOException {
        run("train", 1000, 1_000_000);
        Files.writeString(project.resolve("train/results.json"), "{}");
        run("train2", 2, 2_000_000);
        Files.writeString(Files.createDirectory(project.resolve("broken")).resolve("results.csv"), "no columns\n");
        Files.setLastModifiedTime(project.resolve("broken/results.csv"), FileTime.fromMillis(500));
        Files.createDirectory(project.resolve("val"));

        try (RunsPage page = RunsPage.open(PageAddress.LOCAL, project)) {
            assertThat(get(page.url())).contains("<!doctype html>");
            JsonNode runs = new ObjectMapper().readTree(get(page.url() + "runs"));
            assertThat(runs.get("columns").get(0).textValue()).isEqualTo("train/box_loss");
            assertThat(runs.get("runs").findValuesAsText("name")).containsExactly("train2", "train", "broken");
            JsonNode latest = runs.get("runs").get(0);
            assertThat(latest.get("finished").booleanValue()).isFalse();
            assertThat(latest.get("rows")).hasSize(2);
            assertThat(latest.get("rows").get(1)).hasSize(2 + runs.get("columns").size());
            assertThat(latest.get("rows").get(1).get(4).isNull()).isTrue();
            JsonNode finished = runs.get("runs").get(1);
            assertThat(finished.get("finished").booleanValue()).isTrue();
            assertThat(finished.get("rows").size()).isLessThan(410);
            assertThat(finished.get("rows").get(finished.get("rows").size() - 1).get(0).intValue()).isEqualTo(1000);
            assertThat(runs.get("runs").get(2).get("problem").textValue()).contains("results.csv:1");
        }
    }
}
