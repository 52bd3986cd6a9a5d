package io.yolofit.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.yolofit.app.TinyProject.Ended;
import io.yolofit.app.command.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `plan gpus=`, `plan ranks=` and `plan report=`.
class PlanPageTest {
    @TempDir
    private static Path folder;
    private static TinyProject project;

    @BeforeAll
    static void draw() throws IOException {
        project = new TinyProject(folder);
    }

    private static Ended plan(String... more) {
        String[] words = new String[more.length + 4];
        words[0] = "plan";
        words[1] = "model=" + project.path("tiny.yaml");
        words[2] = "imgsz=64";
        words[3] = "data=" + project.data();
        System.arraycopy(more, 0, words, 4, more.length);
        return project.run(words);
    }

    @Test
    void everyGpuOfTheListHasALineWithItsRun() throws IOException {
        Ended ended = plan("gpus=t4, RTX 3060,h200", "json=true");
        assertThat(ended.code()).as(ended.err()).isEqualTo(ExitCode.OK);
        JsonNode gpus = new ObjectMapper().readTree(ended.out()).get("gpus");
        assertThat(gpus).extracting(gpu -> gpu.get("gpu").asText()).containsExactly("t4", "rtx3060", "h200");
        assertThat(gpus).allSatisfy(gpu -> {
            assertThat(gpu.get("fits").asBoolean()).isTrue();
            assertThat(gpu.get("batch").asInt()).isPositive();
            assertThat(gpu.get("process").asLong()).isLessThan(gpu.get("usable").asLong());
            assertThat(gpu.get("hours").asDouble()).isPositive();
        });
        assertThat(gpus).extracting(gpu -> gpu.get("measured").asBoolean()).containsExactly(false, false, true);
        assertThat(plan("gpus=t4,h200", "amp=auto").out()).containsPattern("h200 +\\S+ +yes +\\d+ +\\d+ +f(16|32) ");
        assertThat(plan("gpus=t4,h200").out()).containsPattern("t4 +15\\.0 +yes .* ~\\d").contains("data sheets");
    }

    @Test
    void aGivenBatchAndLimitHoldForEveryGpu() throws IOException {
        Ended ended = plan("gpus=t4,l4", "batch=2", "memory=720MiB", "json=true");
        JsonNode gpus = new ObjectMapper().readTree(ended.out()).get("gpus");
        assertThat(gpus).allSatisfy(gpu -> {
            assertThat(gpu.get("batch").asInt()).isEqualTo(2);
            assertThat(gpu.get("process").asLong()).isLessThanOrEqualTo(720L << 20);
        });
        assertThat(plan("gpus=t4,l4", "memory=500MiB").out()).contains("t4, l4: the run needs", "memory=500MiB");
    }

    @Test
    void theSpeedOfSeveralGpusIsPredicted() throws IOException {
        Ended ended = plan("gpus=t4,h200", "ranks=1,2", "batch=2", "json=true");
        JsonNode scaling = new ObjectMapper().readTree(ended.out()).get("scaling");
        assertThat(scaling).as(ended.err()).extracting(card -> card.get("links").asText()).satisfiesExactly(
                t4 -> assertThat(t4).startsWith("PCIe, 8 GB/s and 25 us"),
                h200 -> assertThat(h200).startsWith("NVLink, 203 GB/s and 15 us"));
        assertThat(scaling.get(1).get("points")).extracting(point -> point.get("ranks") + "x" + point.get("batch"))
                .containsExactly("1x2", "2x2", "2x4");
        assertThat(plan("ranks=1,2", "batch=2").out()).containsPattern("gpus +batch +of each +img/s +efficiency");
        assertThat(plan("ranks=0,2").err()).contains("ranks=[0, 2]: expected numbers of GPUs from 1 to 1024");
        assertThat(plan("ranks=2", "device=cpu").err()).contains("leave device=cpu out");
    }

    @Test
    void anUnknownGpuOrTheCpuIsRefused() {
        assertThat(plan("gpus=rtx3600").err()).contains("there is no GPU 'rtx3600'", "rtx3060");
        assertThat(plan("gpus=all", "device=cpu").err()).contains("exclude each other");
        assertThat(plan("gpus=2xrtx3060").err()).contains("ranks=2 gpus=rtx3060");
        assertThat(plan("gpus=rtx3600").code()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void theReportIsOnePageWithoutExternalResources() throws IOException {
        Path file = folder.resolve("pages/plan.html");
        Ended ended = plan("gpus=rtx3060,t4", "report=" + file);
        assertThat(ended.code()).as(ended.err()).isEqualTo(ExitCode.OK);
        assertThat(ended.out()).contains("the plan was written to " + file);
        String page = Files.readString(file);
        assertThat(page).startsWith("<!doctype html>").contains("Memory over a step", "What fills the peak",
                "The arena, planned", "Memory against time", "GeForce RTX 3060", "forward</span>", "backward</span>",
                "prefers-color-scheme: dark");
        assertThat(page).doesNotContain("{{", "http:", "https:", "src=", "@import", "url(", "NaN", "Infinity");
        Matcher data = Pattern.compile("id=\"memory-data\">(.*?)</script>", Pattern.DOTALL).matcher(page);
        assertThat(data.find()).isTrue();
        JsonNode columns = new ObjectMapper().readTree(data.group(1)).get("columns");
        assertThat(columns).hasSize(400);
    }

    @Test
    void aPageOfOneGpuHasItsAlternativesAndEscapesValues() throws IOException {
        Path data = folder.resolve("a <b> & c.yaml");
        Files.writeString(data, Files.readString(project.data()).replaceFirst("path: .*",
                "path: " + project.data().getParent()));
        Path file = folder.resolve("one.html");
        Ended ended = project.run("plan", "model=" + project.path("tiny.yaml"), "imgsz=64", "data=" + data,
                "gpus=t4", "report=" + file, "memory=700MiB");
        assertThat(ended.code()).as(ended.err()).isEqualTo(ExitCode.OK);
        assertThat(Files.readString(file)).contains("Alternatives", "a &lt;b&gt; &amp; c.yaml", "Data loading",
                "from a cache, img/s")
                .doesNotContain("a <b>");
    }

    @Test
    void aPlanForTheCpuHasAPageToo() throws IOException {
        Path file = folder.resolve("cpu.html");
        Ended ended = plan("device=cpu", "batch=2", "report=" + file);
        assertThat(ended.code()).as(ended.err()).isEqualTo(ExitCode.OK);
        assertThat(Files.readString(file)).contains("on the CPU", "Memory over a step");
    }
}
