package io.yolofit.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.api.run.ActiveRun;
import io.yolofit.api.run.ResultsCsv;
import io.yolofit.api.run.ResultsRow;
import io.yolofit.api.run.RunFolder;
import io.yolofit.app.TinyProject.Ended;
import io.yolofit.app.command.ExitCode;
import io.yolofit.train.checkpoint.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Stopped and resumed runs.
class ResumeTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    private Path folder;
    private TinyProject project;

    @BeforeEach
    void draw() throws IOException {
        project = new TinyProject(folder);
    }

    private Path last(String run) {
        return project.path("runs/" + run + "/weights/last.safetensors");
    }

    private List<Integer> epochs(String run) throws IOException {
        return ResultsCsv.read(project.path("runs/" + run + "/results.csv")).stream().map(ResultsRow::epoch).toList();
    }

    @Test
    void anInterruptedRunStopsAfterItsStepAndResumesThere() throws Exception {
        var run = new FutureTask<>(() -> project.train("epochs=1000", "patience=0"));
        Thread thread = Thread.ofPlatform().start(run);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!Files.exists(last("train"))) {
            assertThat(System.nanoTime()).as("an epoch within " + PATIENCE).isLessThan(deadline);
            Thread.sleep(20);
        }
        thread.interrupt();
        assertThat(thread.join(PATIENCE)).as("the run ends").isTrue();
        Ended stopped = run.get();
        assertThat(stopped.code()).as(stopped.err()).isEqualTo(ExitCode.INTERRUPTED);
        assertThat(stopped.err()).contains("stopping after this step", "resume=" + last("train"))
                .doesNotContain("\tat ");

        int done = Checkpoint.read(last("train")).progress().epochs();
        String bogus = Files.readAllLines(project.path("runs/train/results.csv")).get(1)
                .replaceFirst("1,", (done + 1) + ",");
        Files.writeString(project.path("runs/train/results.csv"), bogus + "\n", StandardOpenOption.APPEND);
        Ended resumed = project.run("train", "resume=true", "project=" + project.path("runs"), "epochs=" + (done + 2));
        assertThat(resumed.code()).as(resumed.err()).isEqualTo(ExitCode.OK);
        assertThat(resumed.out()).contains("resuming in epoch " + (done + 1) + " of " + (done + 2) + ", after ");
        assertThat(epochs("train")).hasSize(done + 2).isSorted().doesNotHaveDuplicates();
        assertThat(project.path("runs/train2")).doesNotExist();
    }

    @Test
    void aRunStoppedBeforeItsFirstStepLeavesNothing() throws Exception {
        var run = new FutureTask<>(() -> {
            Thread.currentThread().interrupt();
            return project.train("epochs=2");
        });
        Thread thread = Thread.ofPlatform().start(run);
        assertThat(thread.join(PATIENCE)).as("the run ends").isTrue();
        assertThat(run.get().code()).isEqualTo(ExitCode.INTERRUPTED);
        assertThat(run.get().err()).contains("before the first step; nothing was saved");
        assertThat(project.path("runs/train")).doesNotExist();
        assertThat(project.train("epochs=1").code()).isEqualTo(ExitCode.OK);
    }

    @Test
    void aFolderInWhichATrainingIsActiveIsRefused() throws IOException {
        assertThat(project.train().code()).isEqualTo(ExitCode.OK);
        Path run = project.path("runs/train");
        byte[] checkpoint = Files.readAllBytes(last("train"));
        try (ActiveRun _ = ActiveRun.of(new RunFolder(run), line -> { })) {
            String refusal = run + ": this process is training in this folder; wait until it ends";
            for (Ended refused : List.of(project.run("train", "resume=" + last("train"), "epochs=2"),
                    project.train("exist_ok=true"))) {
                assertThat(refused.err()).contains(refusal).doesNotContain("\tat ");
                assertThat(refused.code()).isEqualTo(ExitCode.USAGE);
            }
            assertThat(project.train().code()).isEqualTo(ExitCode.OK); // in a folder of its own
        }
        assertThat(Files.readAllBytes(last("train"))).isEqualTo(checkpoint);
        assertThat(project.path("runs/train2")).isDirectory();
        Ended resumed = project.run("train", "resume=" + last("train"), "epochs=2");
        assertThat(resumed.code()).as(resumed.err()).isEqualTo(ExitCode.OK);
    }

    @Test
    void aFinishedRunIsReportedAndContinuesWithMoreEpochs() throws IOException {
        assertThat(project.train("epochs=2").code()).isEqualTo(ExitCode.OK);
        Ended repeated = project.run("train", "resume=" + last("train"));
        assertThat(repeated.code()).isEqualTo(ExitCode.OK);
        assertThat(repeated.out()).contains("is finished: 2 of 2 epochs are trained").doesNotContain("resuming");
        assertThat(project.run("train", "resume=" + last("train"), "lr0=0.5").out()).doesNotContain("changed options")
                .contains("to continue; not applied: lr0=0.5");
        assertThat(epochs("train")).containsExactly(1, 2);

        assertThat(project.run("train", "resume=" + project.path("runs/train"), "epochs=3").code())
                .isEqualTo(ExitCode.OK);
        assertThat(epochs("train")).containsExactly(1, 2, 3);
        assertThat(Files.readString(project.path("runs/train/args.yaml"))).contains("resume: false", "epochs: 3");
    }

    @Test
    void aResumedRunEqualsAnUninterruptedOne() throws IOException {
        assertThat(project.train("epochs=3", "name=whole", "save_period=1").code()).isEqualTo(ExitCode.OK);
        assertThat(project.train("epochs=3", "name=parts", "time=0.0000001").code()).isEqualTo(ExitCode.OK);
        assertThat(epochs("parts")).containsExactly(1);
        assertThat(project.run("train", "resume=" + last("parts"), "time=1").code()).isEqualTo(ExitCode.OK);
        assertThat(epochs("parts")).containsExactly(1, 2, 3);
        List<ResultsRow> whole = ResultsCsv.read(project.path("runs/whole/results.csv"));
        List<ResultsRow> parts = ResultsCsv.read(project.path("runs/parts/results.csv"));
        for (int i = 0; i < whole.size(); i++) {
            assertThat(parts.get(i)).usingRecursiveComparison().ignoringFields("time").isEqualTo(whole.get(i));
        }
        assertThat(project.path("runs/whole/weights/epoch2.safetensors")).isNotEmptyFile();
    }

    @Test
    void earlyStoppingFinishesARun() {
        assertThat(project.train("epochs=50", "patience=1", "lr0=0", "optimizer=SGD", "val=true").code())
                .isEqualTo(ExitCode.OK);
        Ended repeated = project.run("train", "resume=" + last("train"));
        assertThat(repeated.out()).contains("is finished: ");
    }

    @Test
    void invalidCheckpointsCannotBeResumed() throws IOException {
        assertRefused("there is no run with a weights/last.safetensors in " + project.path("runs"),
                "train", "resume=true", "project=" + project.path("runs"));
        assertRefused("no such file", "train", "resume=" + project.path("nothing.safetensors"));
        assertThat(project.train("epochs=1").code()).isEqualTo(ExitCode.OK);
        assertRefused("no training state", "train", "epochs=2",
                "resume=" + project.path("runs/train/weights/best.safetensors"));
        Files.copy(last("train"), project.path("moved.safetensors"));
        assertRefused("weights/last.safetensors in its folder", "train", "resume=" + project.path("moved.safetensors"));
        Files.writeString(project.data(), Files.readString(project.data()) + "  3: star\n");
        assertRefused("3 classes [circle, square, triangle], but the dataset now has 4", "train", "epochs=2",
                "resume=" + last("train"));
    }

    @Test
    void aDatasetThatHasMovedIsGivenWithData() throws IOException {
        assertThat(project.train("epochs=1").code()).isEqualTo(ExitCode.OK);
        Files.move(project.path("shapes"), project.path("moved"));
        assertRefused("if the dataset has moved, add data=", "train", "resume=" + last("train"), "epochs=2");

        Ended resumed = project.run("train", "resume=" + last("train"), "epochs=2",
                "data=" + project.path("moved/data.yaml"));

        assertThat(resumed.code()).as(resumed.err()).isEqualTo(ExitCode.OK);
        assertThat(resumed.out()).contains("data=" + project.path("moved/data.yaml") + " (was ");
        assertThat(epochs("train")).containsExactly(1, 2);
    }

    @Test
    void anotherOptimizerIsRefusedAndLeavesTheRunAsItIs() throws IOException {
        assertThat(project.train("epochs=1").code()).isEqualTo(ExitCode.OK);
        String before = Files.readString(project.path("runs/train/args.yaml"));
        assertRefused("optimizer=ADAMW, but this run has SGD", "train", "resume=" + last("train"), "epochs=2",
                "optimizer=SGD");
        assertThat(Files.readString(project.path("runs/train/args.yaml"))).isEqualTo(before);
        assertThat(epochs("train")).containsExactly(1);
    }

    @Test
    void renamedOrReorderedClassesAreRefused() throws IOException {
        assertThat(project.train("epochs=1").code()).isEqualTo(ExitCode.OK);
        String yaml = Files.readString(project.data());
        String before = Files.readString(project.path("runs/train/args.yaml"));
        for (String other : List.of(
                yaml.replace("1: square", "1: triangle").replace("2: triangle", "2: square"),
                yaml.replace("1: square", "1: Square"))) {
            Files.writeString(project.data(), other);
            assertRefused("class 1 is 'square' in the run " + project.path("runs/train"), "train",
                    "resume=" + last("train"), "epochs=2");
        }
        assertThat(Files.readString(project.path("runs/train/args.yaml"))).isEqualTo(before);
    }

    private void assertRefused(String message, String... words) {
        Ended ended = project.run(words);
        assertThat(ended.code()).as(ended.out()).isNotEqualTo(ExitCode.OK);
        assertThat(ended.err()).contains(message).doesNotContain("\tat ");
    }
}
