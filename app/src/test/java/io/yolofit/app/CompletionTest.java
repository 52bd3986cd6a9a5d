package io.yolofit.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.yolofit.app.command.ExitCode;
import io.yolofit.app.console.RecordedConsole;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.OptionTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The completion scripts, run by the shells themselves.
class CompletionTest {
    /// What readline does: the line, the position at its end, and then the replies, one a line.
    private static final String ASK_BASH = """
            source ./yolofit.bash
            COMP_LINE=$1 COMP_POINT=${#1}
            _yolofit
            printf '%s\\n' "${COMPREPLY[@]}"
            """;
    /// The builtins of completion exist in widgets only: functions take their place and print their words.
    private static final String ASK_ZSH = """
            compdef() { print "compdef $*" }
            compset() { print "compset $*" }
            compadd() { while [[ $1 != -- ]]; do shift; done; shift; print -l -- "$@" }
            _files() { print -l -- * }
            source ./_yolofit
            words=("${(@s: :)1}") CURRENT=${#words}
            _yolofit
            """;

    @TempDir
    private Path folder;

    @BeforeEach
    void writeScripts() throws IOException {
        Files.writeString(folder.resolve("yolofit.bash"), script("bash"));
        Files.writeString(folder.resolve("_yolofit"), script("zsh"));
    }

    private static String script(String shell) {
        var recorded = RecordedConsole.pipe();
        var main = new Main(Main.commands(), recorded.console());
        assertThat(main.run(List.of("--completion=" + shell))).isEqualTo(ExitCode.OK);
        return recorded.out();
    }

    private List<String> ask(String shell, String asking, String line) throws IOException, InterruptedException {
        assumeTrue(Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(entry -> Files.isExecutable(Path.of(entry, shell))), "this system has no " + shell);
        Files.writeString(folder.resolve("ask"), asking);
        List<String> options = shell.equals("bash") ? List.of("--norc") : List.of("-f");
        var command = new ArrayList<>(List.of(shell));
        command.addAll(options);
        command.addAll(List.of("ask", line));
        Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.lines().toList();
    }

    private List<String> bash(String line) throws Exception {
        return ask("bash", ASK_BASH, line);
    }

    private List<String> zsh(String line) throws Exception {
        return ask("zsh", ASK_ZSH, line);
    }

    @Test
    void bashCompletesCommandsOptionsAndWords() throws Exception {
        assertThat(bash("yolofit pr")).containsExactly("predict");
        assertThat(bash("yolofit ")).contains("train", "doctor", "--version");
        assertThat(bash("yolofit train cos")).containsExactly("cos_lr=");
        assertThat(bash("yolofit train cos_lr=")).containsExactlyInAnyOrder("true", "false");
        assertThat(bash("yolofit plan batch=16 --cos_lr=t")).containsExactly("true");
        assertThat(bash("yolofit plan model=yolov8")).contains("yolov8n", "yolov8x-p6");
        assertThat(bash("yolofit doctor model=")).containsExactly("");
    }

    @Test
    void bashCompletesEveryOptionOfEveryCommand() throws Exception {
        for (Mode mode : Mode.values()) {
            assertThat(bash("yolofit " + mode.word() + " ")).as(mode.word()).containsExactlyInAnyOrderElementsOf(
                    Stream.concat(OptionTable.of(mode).stream().map(option -> option.name() + "="),
                            Stream.of("--help")).toList());
        }
    }

    @Test
    void filesAreCompletedWithBlanksInTheirNames() throws Exception {
        Files.createFile(folder.resolve("two cells.yaml"));
        assertThat(bash("yolofit train data=two")).containsExactly("two cells.yaml");
        assertThat(zsh("yolofit train data=two")).contains("compset -P *=", "two cells.yaml");
    }

    @Test
    void withoutEqualsAsAWordBreakBashReplacesTheWholeWord() throws Exception {
        assertThat(ask("bash", "COMP_WORDBREAKS=' '\n" + ASK_BASH, "yolofit train cos_lr=f"))
                .containsExactly("cos_lr=false");
    }

    @Test
    void zshCompletesCommandsOptionsAndWords() throws Exception {
        assertThat(zsh("yolofit ")).contains("compdef _yolofit yolofit", "train", "doctor", "--version");
        assertThat(zsh("yolofit train ")).contains("cos_lr=", "model=", "--help").doesNotContain("source=");
        assertThat(zsh("yolofit train cos_lr=")).contains("compset -P *=", "true", "false");
        assertThat(zsh("yolofit plan model=")).contains("yolov8n", "yolo26x");
    }

    @Test
    void anUnknownShellIsAnError() {
        var recorded = RecordedConsole.pipe();
        var main = new Main(Main.commands(), recorded.console());
        assertThat(main.run(List.of("--completion=fish"))).isEqualTo(ExitCode.USAGE);
        assertThat(recorded.err()).contains("--completion=fish: expected --completion=bash or --completion=zsh");
    }
}
