package io.yolofit.api.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.yolofit.base.YoloFitException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ActiveRunTest {
    @TempDir
    private Path root;

    /// Another program that holds a run folder until it is killed.
    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws Exception {
            try (ActiveRun run = ActiveRun.create(Path.of(arguments[0]), "train", true, System.err::println)) {
                System.out.println("holds " + run.folder());
                Thread.sleep(Long.MAX_VALUE);
            }
        }
    }

    private Process holder() throws IOException {
        return start(Holder.class);
    }

    private Process start(Class<?> program) throws IOException {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                program.getName(), root.toString()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        BufferedReader output = process.inputReader();
        assertThat(output.readLine()).isEqualTo("holds " + root.resolve("train"));
        return process;
    }

    private ActiveRun reused() throws IOException {
        return ActiveRun.create(root, "train", true, line -> { });
    }

    @Test
    void aFolderOfAnotherProcessIsRefusedAndKeepsItsFiles() throws Exception {
        Process other = holder();
        try {
            Path results = Files.writeString(root.resolve("train/results.csv"), "epoch");
            YoloFitException refusal = catchThrowableOfType(YoloFitException.class, this::reused);
            assertThat(refusal.what()).startsWith("process " + other.pid() + " on ").endsWith(
                    " is training in this folder");
            assertThat(refusal.where()).isEqualTo(root.resolve("train").toString());
            assertThat(refusal.remedy()).isEqualTo("wait until it ends, stop it with `kill " + other.pid()
                    + "`, or give another name= or project=");
            assertThat(catchThrowableOfType(YoloFitException.class, () -> ActiveRun.of(new RunFolder(
                    root.resolve("train")), line -> { }))).hasMessage(refusal.getMessage());
            assertThat(results).exists();
        } finally {
            other.destroyForcibly().waitFor();
        }
    }

    private ActiveRun results() throws IOException {
        return ActiveRun.results(root, "train", true, line -> { });
    }

    @Test
    void valAndPredictDoNotWriteIntoTheFolderOfATraining() throws Exception {
        Process other = holder();
        try {
            YoloFitException refusal = catchThrowableOfType(YoloFitException.class, this::results);
            assertThat(refusal.what()).startsWith("process " + other.pid() + " on ").endsWith(
                    " is training in this folder");
            assertThat(refusal.remedy()).isEqualTo("leave out exist_ok=true to get a new folder, or give another name= "
                    + "or project=");
            assertThat(catchThrowableOfType(YoloFitException.class, () -> ActiveRun.requireNoTraining(root, "train",
                    true))).hasMessage(refusal.getMessage());
            try (ActiveRun own = ActiveRun.results(root, "train", false, line -> { })) {
                assertThat(own.folder().path()).isEqualTo(root.resolve("train2")).isEmptyDirectory();
            }
        } finally {
            other.destroyForcibly().waitFor();
        }
        try (ActiveRun _ = results()) {
            assertThat(root.resolve("train/.run.owner")).doesNotExist(); // of the killed training
        }
    }

    @Test
    void aFolderThatIsInUseIsRefusedBeforehandAndNothingIsCreated() throws Exception {
        ActiveRun.requireFree(root, "train", true);
        assertThat(root).isEmptyDirectory();
        Process other = holder();
        try {
            YoloFitException refusal = catchThrowableOfType(YoloFitException.class, this::reused);
            for (int attempt = 0; attempt < 2; attempt++) {
                assertThat(catchThrowableOfType(YoloFitException.class, () -> ActiveRun.requireFree(root, "train",
                        true))).hasMessage(refusal.getMessage());
            }
            ActiveRun.requireFree(root, "train", false); // gets a number
        } finally {
            other.destroyForcibly().waitFor();
        }
        ActiveRun.requireFree(root, "train", true);
    }

    /// Another program that writes results into a folder until it is killed.
    static final class Writer {
        private Writer() {}

        public static void main(String[] arguments) throws Exception {
            try (ActiveRun run = ActiveRun.results(Path.of(arguments[0]), "train", true, System.err::println)) {
                System.out.println("holds " + run.folder());
                Thread.sleep(Long.MAX_VALUE);
            }
        }
    }

    @Test
    void resultsShareAFolderAndKeepTrainingsOut() throws Exception {
        Process other = start(Writer.class);
        try {
            results().close();
            assertThatThrownBy(this::reused).hasMessageContaining("another process writes into this folder; wait until "
                    + "it ends, or give another name= or project=");
            assertThatThrownBy(() -> ActiveRun.requireFree(root, "train", true)).hasMessageContaining(
                    "another process");
        } finally {
            other.destroyForcibly().waitFor();
        }
        reused().close();
    }

    @Test
    void theFolderOfAKilledProcessIsFree() throws Exception {
        holder().destroyForcibly().waitFor();
        assertThat(root.resolve("train/.run.owner")).exists();
        List<String> warnings = new ArrayList<>();
        try (ActiveRun run = ActiveRun.of(new RunFolder(root.resolve("train")), warnings::add)) {
            assertThat(run.folder().file(".run.owner")).content().contains(" " + ProcessHandle.current().pid() + " ");
        }
        assertThat(warnings).isEmpty();
        assertThat(root.resolve("train/.run.owner")).doesNotExist();
    }

    @Test
    void temporaryFilesOfAKilledProcessAreDeleted() throws IOException {
        Path weights = Files.createDirectories(root.resolve("train/weights"));
        String left = ".0b5d8a2e-3c41-4c5e-9d8f-0123456789ab.tmp";
        Files.writeString(weights.resolve(".last.safetensors" + left), "half");
        Files.writeString(root.resolve("train/.results.json" + left), "half");
        Files.writeString(weights.resolve("notes.tmp"), "mine");
        try (ActiveRun _ = ActiveRun.of(new RunFolder(root.resolve("train")), line -> { })) {
            assertThat(weights).isDirectoryContaining("glob:**notes.tmp").isDirectoryNotContaining("glob:**.last*");
            assertThat(root.resolve("train")).isDirectoryNotContaining("glob:**.results*");
        }
    }

    /// Root can write in every folder but in those of the kernel.
    @Test
    void aFolderThatCannotBeWrittenIsRefusedWithReasonAndRemedy() throws IOException {
        Path file = Files.writeString(root.resolve("file"), "");
        YoloFitException below = catchThrowableOfType(YoloFitException.class, () -> ActiveRun.create(file, "train",
                false, line -> { }));
        assertThat(below.what()).isEqualTo(file + " is a file, not a folder");
        assertThat(below.where()).isEqualTo(file.resolve("train").toString());
        assertThat(below.remedy()).isEqualTo("give a folder that you can write to, such as project=runs");
        assumeTrue(Files.isDirectory(Path.of("/proc/self")));
        YoloFitException created = catchThrowableOfType(YoloFitException.class, () -> ActiveRun.create(
                Path.of("/proc/foo"), "train", false, line -> { }));
        assertThat(created.what()).isEqualTo("nothing can be written in the folder /proc: its file system takes no "
                + "new files");
        YoloFitException resumed = catchThrowableOfType(YoloFitException.class, () -> ActiveRun.of(new RunFolder(
                Path.of("/proc/self")), line -> { }));
        assertThat(resumed.what()).startsWith("nothing can be written in the folder /proc/self: ");
        assertThat(resumed.remedy()).startsWith("make it writable, or copy the run");
    }

    @Test
    void aRefusalWithinAProcessDoesNotEndTheLock() throws Exception {
        try (ActiveRun _ = reused()) {
            for (int attempt = 0; attempt < 2; attempt++) {
                assertThatThrownBy(this::reused).hasMessageContaining("this process is training in this folder");
            }
            Process other = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                    Holder.class.getName(), root.toString()).redirectErrorStream(true).start();
            assertThat(other.inputReader().lines()).anyMatch(line -> line.contains("process "
                    + ProcessHandle.current().pid() + " on "));
            assertThat(other.waitFor()).isEqualTo(1);
        }
        reused().close();
    }

    @Test
    void closingTwiceDoesNotEndTheLockOfTheNextRun() throws Exception {
        ActiveRun first = reused();
        first.close();
        try (ActiveRun _ = reused()) {
            first.close();
            assertThatThrownBy(this::reused).isInstanceOf(YoloFitException.class);
        }
    }
}
