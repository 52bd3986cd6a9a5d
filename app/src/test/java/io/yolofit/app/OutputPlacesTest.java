package io.yolofit.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.api.run.ActiveRun;
import io.yolofit.app.command.ExitCode;
import io.yolofit.app.console.RecordedConsole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Places that cannot be written are refused with the option, the place and the reason, before anything is read: the
/// data sets and models of these commands do not exist.
class OutputPlacesTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void aFileThatIsNoFolder() throws IOException {
        Files.writeString(folder.resolve("file"), "x");
        Files.writeString(folder.resolve("model.pt"), "x");
    }

    private String error(String command) {
        RecordedConsole recorded = RecordedConsole.pipe();
        ExitCode code = new Main(Main.commands(), recorded.console()).run(List.of(command.replace("@", folder + "/")
                .split(" ")));
        assertThat(code).isEqualTo(ExitCode.USAGE);
        return recorded.err();
    }

    @ParameterizedTest
    @ValueSource(strings = {"train model=yolov8n data=@none.yaml project=@file/runs",
        "train model=yolov8n data=@none.yaml project=@file exist_ok=true",
        "val model=@none.pt data=@none.yaml project=@file/a/b", "predict model=@none.pt source=@none project=@file",
        "check data=@none.yaml report=@file/check.html", "plan model=yolov8n data=@none.yaml report=@file/plan.html",
        "import data=@none.json output=@file/set", "import model=@none.pt output=@file/model.safetensors",
        "export model=@none.pt output=@file/model.onnx", "export data=@none.yaml output=@file/set"})
    void aPlaceBelowAFileIsRefusedBeforeAnythingIsRead(String command) {
        String option = command.replaceAll(".* (project|report|output)=.*", "$1") + "=" + folder.resolve("file");
        assertThat(error(command)).contains(option, folder.resolve("file") + " is a file, not a folder; give a")
                .doesNotContain("none");
    }

    @Test
    void aFolderInThePlaceOfAFileIsRefused() {
        assertThat(error("check data=@none.yaml report=@")).contains("report=" + folder, "is a folder; give a file in");
    }

    @Test
    void nothingIsLeftInAPlaceThatCanBeWritten() throws IOException {
        assertThat(error("train model=yolov8n data=@none.yaml project=@new/runs")).contains("none.yaml does not exist");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder("file", "model.pt");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"train model=yolov8n data=@none.yaml project=@ name=active exist_ok=true",
        "val model=@none.pt data=@none.yaml project=@ name=active exist_ok=true",
        "predict model=@none.pt source=@none project=@ name=active exist_ok=true"})
    void theFolderOfAnActiveTrainingIsRefusedBeforeAnythingIsRead(String command) throws IOException {
        try (ActiveRun _ = ActiveRun.create(folder, "active", false, line -> { })) {
            assertThat(error(command)).contains(folder.resolve("active") + ": this process is training in this "
                    + "folder; ").contains("give another name= or project=").doesNotContain("none");
        }
        assertThat(error(command)).contains("none");
    }

    /// Root may write anywhere but there.
    @Test
    void theReasonOfTheSystemIsNamed() {
        if (Files.isDirectory(Path.of("/proc"))) {
            assertThat(error("train model=yolov8n data=@none.yaml project=/proc/runs")).contains(
                    "project=/proc/runs: nothing can be written in the folder /proc: "
                            + "its file system takes no new files; give a folder that you can");
        }
    }
}
