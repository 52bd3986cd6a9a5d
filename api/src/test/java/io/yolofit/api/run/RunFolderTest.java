package io.yolofit.api.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.train.options.Mode;
import io.yolofit.train.options.OptionTable;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.OptionsParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
    @TempDir
    private Path root;

    @Test
    void runsAreNumberedFromTheSecondOn() throws IOException {
        Path project = root.resolve("runs/detect");
        assertThat(RunFolder.create(project, "train", false).path()).isEqualTo(project.resolve("train"));
        assertThat(RunFolder.create(project, "train", false).path()).isEqualTo(project.resolve("train2"));
        assertThat(RunFolder.create(project, "train", false).path()).isEqualTo(project.resolve("train3"));
        assertThat(project.resolve("train3")).isDirectory();
    }

    @Test
    void anExistingFolderIsUsedOnlyOnRequest() throws IOException {
        RunFolder first = RunFolder.create(root, "train", true);
        assertThat(RunFolder.create(root, "train", true)).isEqualTo(first);
        assertThat(RunFolder.create(root, "train", false).path()).isEqualTo(root.resolve("train2"));
    }

    @Test
    void aTrainingInAnExistingFolderBeginsWithoutResults() throws IOException {
        List<String> notes = new ArrayList<>();
        RunFolder old = created(notes);
        assertThat(notes).isEmpty();
        for (String name : new String[] {"results.csv", "results.json", "PR_curve.png", "weights/best.safetensors",
            "weights/epoch3.safetensors", "notes.txt", "weights/mine.safetensors"}) {
            Files.writeString(old.file(name), "");
        }
        created(notes);
        assertThat(notes).containsExactly("exist_ok=true: 5 files of an earlier run in " + old + " were deleted");
        try (Stream<Path> files = Files.walk(old.path())) {
            assertThat(files.filter(Files::isRegularFile).map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("notes.txt", "mine.safetensors", ".run.lock");
        }
    }

    private RunFolder created(List<String> notes) throws IOException {
        try (ActiveRun run = ActiveRun.create(root, "train", true, notes::add)) {
            return run.folder();
        }
    }

    @Test
    void aFileOfThatNameCountsAsExisting() throws IOException {
        Files.writeString(root.resolve("train"), "");
        assertThat(RunFolder.create(root, "train", false).path()).isEqualTo(root.resolve("train2"));
    }

    @Test
    void theLatestRunIsTheOneWhoseFileWasWrittenLast() throws IOException {
        assertThat(RunFolder.latest(root.resolve("none"), "last")).isEmpty();
        for (String name : new String[] {"train", "train2", "train3"}) {
            RunFolder run = RunFolder.create(root, name, false);
            if (!name.equals("train3")) {
                Path last = Files.writeString(run.weights().resolve("last"), "");
                Files.setLastModifiedTime(last, FileTime.fromMillis(name.equals("train") ? 2_000 : 1_000));
            }
        }
        assertThat(RunFolder.latest(root, "weights/last")).contains(new RunFolder(root.resolve("train")));
    }

    @Test
    void theArgsFileRepeatsTheRun() throws IOException {
        RunFolder run = RunFolder.create(root, "train", false);
        Options options = Options.defaults(Mode.TRAIN).with(OptionTable.MODEL, "yolov8n").with(OptionTable.EPOCHS, 3);
        run.writeArgs(options);
        String yaml = Files.readString(run.file("args.yaml"));
        assertThat(OptionsParser.fromYaml(Mode.TRAIN, yaml, "args.yaml").toMap()).isEqualTo(options.toMap());
    }
}
