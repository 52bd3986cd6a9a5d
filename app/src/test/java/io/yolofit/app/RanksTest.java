package io.yolofit.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.yolofit.api.run.ResultsCsv;
import io.yolofit.api.run.ResultsRow;
import io.yolofit.app.TinyProject.Ended;
import io.yolofit.app.command.ExitCode;
import io.yolofit.data.demo.DemoDataset;
import io.yolofit.train.checkpoint.Checkpoint;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Training on several ranks: threads of one process, and processes that a launcher starts.
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows has no signals to send to another process")
class RanksTest {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int SIGTERM = 143;

    @TempDir
    private Path folder;
    private TinyProject project;

    @BeforeEach
    void draw() throws IOException {
        project = new TinyProject(folder);
    }

    @Test
    void ranksReportWhatOneDeviceReports() throws Exception {
        assertThat(project.train("epochs=2", "amp=false", "device=cpu", "name=one").code()).isEqualTo(ExitCode.OK);
        Ended ranks = project.train("epochs=2", "amp=false", "device=cpu,cpu", "name=threads");
        assertThat(ranks.code()).as(ranks.err()).isEqualTo(ExitCode.OK);
        assertThat(ranks.out()).contains("2 ranks share every batch of 4 images");
        Ended resumed = project.run("train", "resume=" + last("threads"), "epochs=3");
        assertThat(resumed.out()).as("a resumed run keeps its devices").contains("2 ranks share every batch");
        List<Process> processes = start("processes", 2, "epochs=2");
        for (Process process : processes) {
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
        assertThat(processes).extracting(Process::exitValue).as(output("processes", 0)).containsOnly(0);
        assertThat(output("processes", 0)).contains("started by variables (YOLOFIT_PROCESS=0, YOLOFIT_PROCESSES=2");
        assertThat(output("processes", 1)).as("rank 0 reports").doesNotContain("epoch");

        List<ResultsRow> one = rows("one");
        List<ResultsRow> threads = rows("threads");
        List<ResultsRow> several = rows("processes");
        assertThat(threads).as("the third one is of the resumed run").hasSize(one.size() + 1);
        for (int epoch = 0; epoch < one.size(); epoch++) {
            assertThat(several.get(epoch)).as("threads and processes").usingRecursiveComparison()
                    .ignoringFields("time").isEqualTo(threads.get(epoch));
            assertThat(threads.get(epoch).train().sum()).isCloseTo(one.get(epoch).train().sum(), within(1e-3));
        }
    }

    private List<ResultsRow> rows(String run) throws IOException {
        return ResultsCsv.read(project.path("runs/" + run + "/results.csv"));
    }

    @Test
    void whenAProcessIsKilledTheOtherEndsAndTheRunResumes() throws Exception {
        List<Process> processes = start("killed", 2, "epochs=100000", "val=false", "rank_timeout=60");
        awaitCheckpoint("killed", processes);
        processes.getLast().destroyForcibly();
        assertThat(processes.getFirst().waitFor(30, TimeUnit.SECONDS)).as("rank 0 ends").isTrue();
        assertThat(processes.getFirst().exitValue()).isEqualTo(1);
        assertThat(output("killed", 0)).contains("error: in epoch ", ", step ", "lost the connection to rank 1 (",
                ", cpu) in ").doesNotContain("\tat ");
        int done = Checkpoint.read(last("killed")).progress().epochs();
        Ended resumed = project.run("train", "resume=" + last("killed"), "epochs=" + (done + 1), "device=cpu,cpu");
        assertThat(resumed.code()).as(resumed.err()).isEqualTo(ExitCode.OK);
    }

    @Test
    void aProcessThatHangsEndsTheOthersAfterTheTimeout() throws Exception {
        List<Process> processes = start("hangs", 2, "epochs=100000", "val=false", "rank_timeout=2");
        awaitCheckpoint("hangs", processes);
        signal("-STOP", processes.getLast());
        assertThat(processes.getFirst().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as("rank 0 ends").isTrue();
        processes.getLast().destroyForcibly();
        assertThat(processes.getFirst().exitValue()).isEqualTo(1);
        assertThat(output("hangs", 0)).contains("error: in epoch ", "rank 1 (", ", cpu) did not reach rank 0 (");
    }

    @Test
    void aSignalToOneProcessStopsAllAfterTheSameStepAndTheRunResumesThere() throws Exception {
        List<Process> processes = start("signaled", 2, "epochs=100000", "val=false");
        awaitCheckpoint("signaled", processes);
        signal("-TERM", processes.getLast());
        for (Process process : processes) {
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as("it ends").isTrue();
        }
        assertThat(processes.getLast().exitValue()).as(output("signaled", 1)).isEqualTo(SIGTERM);
        assertThat(processes.getFirst().exitValue()).as(output("signaled", 0)).isEqualTo(SIGTERM);
        assertThat(output("signaled", 0)).contains("stopped in epoch ", "continues after its last step");
        Checkpoint stopped = Checkpoint.read(last("signaled"));
        assertThat(stopped.part().batches()).isPositive();
        Ended resumed = project.run("train", "resume=" + last("signaled"), "device=cpu",
                "epochs=" + (stopped.progress().epochs() + 1));
        assertThat(resumed.code()).as(resumed.err()).isEqualTo(ExitCode.OK);
        assertThat(resumed.out()).contains("changed options: ", "resuming in epoch ");
    }

    @Test
    void aSignalWhileRanksMeetEndsThemAtOnceAndSaysForWhomTheyWaited() throws Exception {
        List<Process> alone = List.of(start("alone", 0, 3, freePort(), List.of()),
                start("alone", 1, 3, freePort(), List.of()));
        for (int process = 0; process < alone.size(); process++) {
            awaitOutput("alone", process, "started by variables", alone.get(process));
        }
        Thread.sleep(300); // the meeting follows
        for (Process process : alone) {
            signal("-TERM", process);
        }
        for (Process process : alone) {
            assertThat(process.waitFor(5, TimeUnit.SECONDS)).as("it ends, long before 300 s").isTrue();
            assertThat(process.exitValue()).isEqualTo(SIGTERM);
        }
        assertThat(output("alone", 0)).contains("stopped while waiting for ranks 1, 2 of 3 at 127.0.0.1:");
        assertThat(output("alone", 1)).contains("stopped while waiting for rank 0 at 127.0.0.1:")
                .doesNotContain("\tat ");
    }

    /// A label that never ends, as an image that takes long to decode or a convolution that is tuned for minutes.
    private Path endlessData() throws Exception {
        DemoDataset.create(folder.resolve("endless"), 8, 4, 64, 1);
        Path label = folder.resolve("endless/labels/train");
        try (Stream<Path> labels = Files.list(label)) {
            label = labels.sorted().findFirst().orElseThrow();
        }
        Files.delete(label);
        assertThat(new ProcessBuilder("mkfifo", label.toString()).start().waitFor()).isZero();
        return folder.resolve("endless/data.yaml");
    }

    @Test
    void aSignalBeforeTheFirstStepEndsAllRanksWithoutARun() throws Exception {
        String endless = "data=" + endlessData();
        Process threads = start("unbegun", 0, 1, freePort(), List.of("device=cpu,cpu", endless));
        int port = freePort();
        Process waits = start("waits", 0, 2, port, List.of());
        Process prepares = start("prepares", 1, 2, port, List.of(endless));
        awaitOutput("unbegun", 0, "model: ", threads);
        awaitOutput("waits", 0, "val: ", waits); // it has met the other one
        Thread.sleep(1000);
        List<Process> processes = List.of(threads, prepares, waits);
        signal("-TERM", threads);
        signal("-TERM", prepares);
        for (Process process : processes) {
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).as("it ends").isTrue();
            assertThat(process.exitValue()).isEqualTo(SIGTERM);
        }
        String message = "stopped by a signal before the first step; nothing was saved";
        assertThat(output("unbegun", 0)).contains(message).doesNotContain("\tat ");
        assertThat(output("prepares", 1)).contains(message).doesNotContain("\tat ");
        assertThat(output("waits", 0)).contains("rank 1 (", message).doesNotContain("\tat ");
        assertThat(project.path("runs")).doesNotExist();
    }

    private void awaitOutput(String run, int number, String text, Process process) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!output(run, number).contains(text) && System.nanoTime() < deadline && process.isAlive()) {
            Thread.sleep(50);
        }
        assertThat(output(run, number)).contains(text);
    }

    @Test
    void differentOptionsOfTwoProcessesNameBothSides() throws Exception {
        int port = freePort();
        Process first = start("different", 0, 2, port, List.of("batch=4"));
        Process second = start("different", 1, 2, port, List.of("batch=8"));
        for (Process process : List.of(first, second)) {
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(1);
        }
        for (int rank = 0; rank < 2; rank++) {
            assertThat(output("different", rank)).contains("rank 0 (", "rank 1 (", "planned different runs",
                    "batch=4 against 8");
        }
    }

    @Test
    void differentImagesOfTwoProcessesEndBothBeforeThereIsARun() throws Exception {
        DemoDataset.create(folder.resolve("other"), 6, 4, 64, 1);
        int port = freePort();
        Process first = start("images", 0, 2, port, List.of());
        Process second = start("images", 1, 2, port, List.of("data=" + folder.resolve("other/data.yaml")));
        for (Process process : List.of(first, second)) {
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(1);
        }
        for (int rank = 0; rank < 2; rank++) {
            assertThat(output("images", rank)).contains("images=8 and 4 against 6 and 4").doesNotContain("\tat ");
        }
        assertThat(project.path("runs")).doesNotExist();
    }

    private Path last(String run) {
        return project.path("runs/" + run + "/weights/last.safetensors");
    }

    private void awaitCheckpoint(String run, List<Process> processes) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!Files.exists(last(run)) && System.nanoTime() < deadline
                && processes.stream().allMatch(Process::isAlive)) {
            Thread.sleep(50);
        }
        assertThat(last(run)).as(output(run, 0)).exists();
    }

    private static void signal(String name, Process process) throws Exception {
        new ProcessBuilder("kill", name, Long.toString(process.pid())).start().waitFor();
    }

    private List<Process> start(String run, int count, String... more) throws IOException {
        int port = freePort();
        List<Process> processes = new ArrayList<>();
        for (int process = 0; process < count; process++) {
            processes.add(start(run, process, count, port, List.of(more)));
        }
        return processes;
    }

    private Process start(String run, int process, int processes, int port, List<String> more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                "io.yolofit.app.Main", "train", "model=" + project.path("tiny.yaml"), "data=" + project.data(),
                "imgsz=64", "workers=1", "threads=1", "plots=false", "patience=0", "amp=false", "device=cpu",
                "project=" + project.path("runs"), "name=" + run));
        if (more.stream().noneMatch(word -> word.startsWith("batch="))) {
            command.add("batch=4");
        }
        command.addAll(more);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(folder.resolve(run + process + ".txt").toFile());
        builder.environment().putAll(Map.of("XDG_CACHE_HOME", folder.resolve("cache").toString(),
                "YOLOFIT_PROCESS", String.valueOf(process), "YOLOFIT_PROCESSES", String.valueOf(processes),
                "YOLOFIT_MASTER", "127.0.0.1:" + port));
        return builder.start();
    }

    private String output(String run, int process) throws IOException {
        return Files.readString(folder.resolve(run + process + ".txt"));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
