package io.yolofit.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// The program as a process: signals, exit code and cache folder.
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows has no SIGINT to send to another process")
class ProcessTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private Path folder;

    @Test
    void theDemonstrationGeneratesItsDataAndStopsCleanlyOnCtrlC() throws Exception {
        Process process = start("train", "epochs=500", "imgsz=32", "project=" + folder.resolve("runs"),
                "plots=false", "threads=1");
        Path last = folder.resolve("runs/train/weights/last.safetensors");
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!Files.exists(last) && process.isAlive() && System.nanoTime() < deadline) {
            Thread.sleep(50);
        }
        assertThat(last).as(output()).exists();
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as("the process ends").isTrue();
        assertThat(process.exitValue()).as(output()).isEqualTo(130);
        assertThat(output()).contains("running the demonstration", "yolofit/demo", "stopping after this step",
                "resume=" + last).doesNotContain("\tat ");
        assertThat(folder.resolve("cache/yolofit/demo")).isDirectory();

        Process resumed = start("train", "resume=" + last, "epochs=1");
        assertThat(resumed.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(resumed.exitValue()).as(output()).isZero();
        assertThat(output()).contains("is finished");
    }

    @Test
    void invalidOptionsExitWithTwo() throws Exception {
        Process process = start("train", "epoch=3");
        assertThat(process.waitFor()).isEqualTo(2);
        assertThat(output()).contains("did you mean epochs?");
    }

    private Process start(String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                "io.yolofit.app.Main"));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(folder.resolve("output.txt").toFile());
        builder.environment().put("XDG_CACHE_HOME", folder.resolve("cache").toString());
        return builder.start();
    }

    private String output() throws IOException {
        return Files.readString(folder.resolve("output.txt"));
    }
}
