package io.yolofit.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.yolofit.app.TinyProject.Ended;
import io.yolofit.app.command.ExitCode;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.OptionsParser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdviseCommandTest {
    @TempDir
    private static Path folder;
    private static TinyProject project;

    @BeforeAll
    static void draw() throws IOException {
        project = new TinyProject(folder);
    }

    private static List<String> advised(String... words) {
        String[] all = new String[words.length + 2];
        all[0] = "advise";
        all[1] = "data=" + project.data();
        System.arraycopy(words, 0, all, 2, words.length);
        Ended ended = project.run(all);
        assertThat(ended.code()).as(ended.err()).isEqualTo(ExitCode.OK);
        List<String> lines = ended.out().lines().toList();
        String command = lines.getLast();
        assertThat(command).startsWith("yolofit train data=" + project.data());
        OptionsParser.parse(Mode.TRAIN, List.of(command.split(" ")).subList(2, command.split(" ").length));
        return lines;
    }

    @Test
    void adviceHasTenLinesAndOneCommand() {
        List<String> lines = advised("gpu=rtx3060");
        int first = lines.indexOf(lines.stream().filter(line -> line.startsWith("device ")).findFirst().orElseThrow());
        assertThat(lines.subList(first, lines.size() - 2)).hasSize(10);
        assertThat(String.join("\n", lines)).contains("GeForce RTX 3060", "a GPU under 16 GB", "img/s", "yolov8s",
                "8 training images", "batch=");
        assertThat(lines.getLast()).contains("model=yolov8s", "batch=-1", "cache=ram", "workers=");
    }

    @Test
    void theMachineItselfNeedsNoLimit() {
        assertThat(advised().getLast()).contains("model=", "batch=");
        assertThat(advised("memory=60%").getLast()).contains("memory=60%");
    }

    @Test
    void adviceDependsOnTheDevice() throws IOException {
        assertThat(advised("edge").getLast()).contains("model=yolov8n", "workers=2");
        assertThat(String.join("\n", advised("gpu=2xrtx3090"))).contains("2 x GeForce RTX 3090",
                "one run for each GPU", "with device=0,1").doesNotContain("so far");
        List<String> limited = advised("memory=2GB");
        assertThat(limited.getLast()).contains("memory=2GB");
        assertThat(String.join("\n", limited)).contains("a GPU with memory=2GB").doesNotContain("img/s");
        Ended json = project.run("advise", "data=" + project.data(), "gpu=t4", "json=true");
        assertThat(new ObjectMapper().readTree(json.out()).get("lines")).hasSize(10);
    }

    @Test
    void aDeviceThatIsTooSmallOrUnknownIsAnErrorWithAWayOut() {
        assertThat(project.run("advise", "data=" + project.data(), "memory=300MiB").err())
                .contains("no model of the family yolov8 fits", "gpus=all");
        assertThat(project.run("advise", "data=" + project.data(), "gpu=rtx3061").err()).contains("there is no GPU");
        assertThat(project.run("advise", "data=" + project.data(), "gpu=rtx3060,rtx309O").err())
                .contains("gpu=rtx3060,rtx309O: expected one name, such as gpu=rtx3060 or gpu=rtx3090");
        assertThat(project.run("advise", "data=" + project.data(), "gpu=t4", "edge").err()).contains("exclude");
        assertThat(project.run("advise").err()).contains("is missing: a path");
    }
}
