package io.yolofit.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.yolofit.app.TinyProject.Ended;
import io.yolofit.app.command.ExitCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a run offers to other programs: its page, its event file, its results.
class RunFilesTest {
    @TempDir
    Path folder;

    @Test
    void aRunServesItsPageAndWritesAnEventFileAndItsResults() throws IOException {
        TinyProject project = new TinyProject(folder);
        Ended ended = project.train("epochs=2", "page=true", "tensorboard=true");

        assertThat(ended.code()).as(ended.err()).isEqualTo(ExitCode.OK);
        assertThat(ended.out()).containsPattern("page of this run: http://localhost:\\d+/\n")
                .contains("event file for TensorBoard: ");
        assertThat(ended.err()).doesNotContain("page").doesNotContain("TensorBoard");
        try (Stream<Path> files = Files.list(project.path("runs/train"))) {
            assertThat(files.map(file -> file.getFileName().toString())).anyMatch(name ->
                    name.startsWith("events.out.tfevents."));
        }
        JsonNode results = new ObjectMapper().readTree(project.path("runs/train/results.json").toFile());
        assertThat(results.get("epochs")).hasSize(2);
        assertThat(results.at("/epochs/1/epoch").intValue()).isEqualTo(2);
        assertThat(results.at("/epochs/1/values/train~1box_loss").doubleValue()).isPositive();
        assertThat(results.at("/options/epochs").intValue()).isEqualTo(2);
        assertThat(results.at("/best/epoch").intValue()).isBetween(1, 2);
        assertThat(results.at("/validation/images").intValue()).isEqualTo(4);
        assertThat(results.at("/memory/planned/arena").longValue()).isPositive();
        assertThat(results.at("/names").size()).isEqualTo(3);
    }

    /// The folder at the place of a file keeps that file from being written.
    @Test
    void aPlotOrReportThatCannotBeWrittenIsAWarningAndAllOthersAreWritten() throws IOException {
        TinyProject project = new TinyProject(folder);
        List<String> blocked = List.of("plan.svg", "labels.png", "results.png", "PR_curve.png", "val_batch0_pred.jpg");
        for (String file : blocked) {
            Files.createDirectories(project.path("runs/train/" + file + "/folder"));
        }
        Ended ended = project.train("plots=true", "name=train", "exist_ok=true");

        assertThat(ended.code()).as(ended.err()).isEqualTo(ExitCode.OK);
        for (String listener : List.of("plan.svg", "labels.png", "results.png", "the plots of the final validation",
                "the pictures of the final validation")) {
            assertThat(ended.out().lines()).filteredOn(line -> line.startsWith(listener + " failed and gets no more "
                    + "events of this run, which continues: ")).as(listener).hasSize(1);
        }
        assertThat(ended.out()).contains("results are in ", "memory of the host: ");
        assertThat(project.path("runs/train/memory.txt")).content().contains("Planned and measured");
        assertThat(project.path("runs/train")).isDirectoryContaining("glob:**/frontier.svg")
                .isDirectoryContaining("glob:**/results.json").isDirectoryContaining("glob:**/train_batch0.jpg");
        assertThat(project.path("runs/train/predictions")).isNotEmptyDirectory();
    }

    /// The lines from the plan to the end of a run, and its files.
    @Test
    void theEndOfARunIsReportedInOrder() throws IOException {
        TinyProject project = new TinyProject(folder);
        Ended ended = project.train("plots=true");

        assertThat(ended.out()).containsSubsequence("tensors need ", "run folder: ", "epoch 1/1", "\n\nTrained for ",
                "1 epoch done. Best epoch: 1.\n", "Data loading: ", "\n\n" + project.path("runs/train/weights"),
                "best.safetensors on the validation split:\n", "\n\nresults are in ",
                ", annotated validation images in ", "\nmemory of the host: ");
        assertThat(ended.out()).doesNotContain("failed and gets no more events");
        assertThat(List.of("plan.svg", "labels.png", "results.png", "frontier.svg", "PR_curve.png",
                "confusion_matrix.png", "val_batch0_labels.jpg", "memory.json", "resources.csv", "results.json"))
                .allMatch(file -> Files.isRegularFile(project.path("runs/train/" + file)));
    }

    @Test
    void thePageOfRunsNeedsAFolderThatExists() throws IOException {
        Ended ended = new TinyProject(folder).run("page", folder.resolve("missing").toString());
        assertThat(ended.code()).isEqualTo(ExitCode.USAGE);
        assertThat(ended.err()).contains("project=" + folder.resolve("missing") + " is not a folder");
    }

    @Test
    void aPortInUseIsAWarningAndTheRunGoesOn() throws IOException {
        TinyProject project = new TinyProject(folder);
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Ended ended = project.train("page=" + taken.getLocalPort());
            assertThat(ended.code()).isEqualTo(ExitCode.OK);
            assertThat(ended.err()).contains("warning: page=" + taken.getLocalPort() + " cannot be opened: ")
                    .contains("docs/troubleshooting.md#the-page-cannot-be-opened");
        }
    }
}
