package io.yolofit.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// The host memory of a real run in its own process, with the settings of the launcher, against its plan.
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "the estimate was fitted on Linux x86-64")
class HostMemoryTest {
    /// The runs that the estimate was fitted to are within 5 percent; other machines have other libraries and pages.
    private static final double TOLERANCE = 0.2;

    @TempDir
    private Path folder;

    @Test
    void theResidentMemoryOfARunOnTheCpuIsPlanned() throws IOException, InterruptedException {
        var project = new TinyProject(folder);
        Path output = folder.resolve("output.txt");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-XX:MaxRAMPercentage=25", "-Xms64m", "-XX:+UseG1GC",
                "-cp", System.getProperty("java.class.path"), "io.yolofit.app.Main"));
        command.addAll(List.of("train", "model=yolov8n", "data=" + project.data(), "imgsz=160", "batch=4", "epochs=1",
                "workers=2", "threads=2", "plots=false", "device=cpu", "project=" + folder.resolve("runs")));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("MALLOC_ARENA_MAX", "1");
        assertThat(builder.start().waitFor()).as(Files.readString(output)).isZero();

        JsonNode comparison = new ObjectMapper().readTree(folder.resolve("runs/train/memory.json").toFile())
                .get("comparison");
        assertThat(comparison).hasSize(3).allSatisfy(row ->
                assertThat(row.get("place").asText()).isEqualTo("host"));
        JsonNode peak = comparison.get(2);
        assertThat(peak.get("name").asText()).isEqualTo("resident, peak of the run");
        assertThat(peak.get("error").asDouble()).as(comparison.toPrettyString()).isCloseTo(0, within(TOLERANCE));
    }
}
