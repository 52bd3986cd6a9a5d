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
