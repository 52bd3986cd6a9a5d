package io.yolofit.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.app.command.Command;
import io.yolofit.app.command.CommandException;
import io.yolofit.app.command.Commands;
import io.yolofit.app.command.DoctorCommand;
import io.yolofit.app.command.ExitCode;
import io.yolofit.app.console.RecordedConsole;
import io.yolofit.app.console.StopRequest;
import io.yolofit.app.doctor.Check;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.Option;
import io.yolofit.train.options.OptionTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    private final RecordedConsole recorded = RecordedConsole.pipe();

    /// Runs the same command for every mode.
    private ExitCode run(Command command, String... words) {
        var all = new EnumMap<Mode, Command>(Mode.class);
        for (Mode mode : Mode.values()) {
            all.put(mode, command);
        }
        return new Main(Commands.of(all), recorded.console()).run(List.of(words));
    }

    private ExitCode run(String... words) {
        return run((options, console) -> {
            console.line(options.mode() + " " + options.toMap());
            return ExitCode.OK;
        }, words);
    }

    @Test
    void aCommandGetsItsOptions() {
        assertThat(run("train", "data=a.yaml", "--epochs", "3", "model=yolov8n", "--seed=7")).isEqualTo(ExitCode.OK);
        assertThat(recorded.out()).startsWith("TRAIN {").contains("epochs=3", "seed=7", "model=yolov8n", "data=a.yaml");
        assertThat(recorded.err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"detect train", "train detect", "task=detect mode=train", "mode=train", "train",
        "--mode train", "--mode=train", "seed=1 train", "seed = 1 --mode train", "--seed 1 train"})
    void theSpellingsOfTheReferenceAreAccepted(String command) {
        String[] words = (command + " task=detect model=m data=d").split(" ");
        assertThat(run(words)).isEqualTo(ExitCode.OK);
        assertThat(recorded.out()).startsWith("TRAIN");
    }

    @Test
    void anUnknownCommandIsRefusedWithASuggestion() {
        assertThat(run("trian", "epochs=3")).isEqualTo(ExitCode.USAGE);
        assertThat(recorded.err()).isEqualTo("""
                yolofit: unknown command trian; did you mean train?
                The commands are train, val, predict, plan, advise, export, import, info, check, page, doctor; see \
                `yolofit --help`.
                """);
        assertThat(recorded.out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            track     | track is not supported. predict detects objects
            benchmark | benchmark is not supported. val measures
            checks    | checks is called doctor here.
            version   | version is an option: yolofit --version
            """)
    void commandsOfTheReferenceAreRefusedWithTheReason(String command, String message) {
        assertThat(run(command, "model=x.pt", "format=onnx")).isEqualTo(ExitCode.USAGE);
        assertThat(recorded.err()).startsWith("yolofit: " + message).contains("The commands are train, val,")
                .doesNotContain("did you mean");
    }

    @Test
    void anInvalidPathIsAUsageErrorWithTheReason() {
        Command failing = (options, console) -> {
            Path.of("a\0b");
            return ExitCode.OK;
        };
        assertThat(run(failing, "doctor")).isEqualTo(ExitCode.USAGE);
        assertThat(recorded.err()).startsWith("error: 'a\0b' is not a valid path: Nul character not allowed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "epochs=3", "-x", "--epochs"})
    void withoutACommandTheExitCodeIsTwoAndTheCommandsAreListed(String words) {
        assertThat(words.isEmpty() ? run() : run(words)).isEqualTo(ExitCode.USAGE);
        assertThat(recorded.err()).contains("ommands");
    }

    @Test
    void invalidOptionsExitWithTwoBeforeAnythingStarts() {
        Command never = (options, console) -> {
            throw new AssertionError("started");
        };
        assertThat(run(never, "train", "epoch=3", "optimizer=adamm", "model=yolov8n")).isEqualTo(ExitCode.USAGE);
        assertThat(recorded.err()).contains("3 problems in the options of train", "did you mean epochs?",
                "did you mean Adam or AdamW?", "data=").doesNotContain("model=");
    }

    @Test
    void trainingNeedsBothModelAndDataOrNeither() {
        assertThat(run("train")).isEqualTo(ExitCode.OK);
        assertThat(recorded.out()).startsWith("TRAIN").contains("model=null", "data=null");
        assertThat(run("train", "model=yolov8n")).isEqualTo(ExitCode.USAGE);
        assertThat(recorded.err()).contains("data=  is missing");
        assertThat(run("train", "data=a.yaml")).isEqualTo(ExitCode.USAGE);
        assertThat(recorded.err()).contains("model=  is missing");
    }

    @Test
    void infoNeedsAModelOrADataSet() {
        assertThat(run("info")).isEqualTo(ExitCode.USAGE);
        assertThat(recorded.err()).contains("model=, data=  are missing: give one or both");
        assertThat(run("info", "model=")).isEqualTo(ExitCode.USAGE);
        assertThat(run("info", "data=a.yaml")).isEqualTo(ExitCode.OK);
        assertThat(run("info", "model=yolov8n")).isEqualTo(ExitCode.OK);
    }

    @Test
    void aKnownFailureIsOneMessageWithoutATrace() {
        Command failing = (options, console) -> {
            throw new CommandException("data.yaml:3: nc is 3 but there are 2 names; correct one of them");
        };
        assertThat(run(failing, "doctor")).isEqualTo(ExitCode.FAILURE);
        assertThat(recorded.err())
                .isEqualTo("error: data.yaml:3: nc is 3 but there are 2 names; correct one of them\n");
    }

    @Test
    void verboseAddsTheTrace() {
        Command failing = (options, console) -> {
            throw new UncheckedIOException(new NoSuchFileException("a.jpg"));
        };
        assertThat(run(failing, "doctor", "verbose=true")).isEqualTo(ExitCode.FAILURE);
        assertThat(recorded.err()).startsWith("error: no such file or folder: a.jpg\n")
                .contains("\tat io.yolofit.app.MainTest");
    }

    /// The reference writes `verbose: true` into every options file.
    @Test
    void verboseOfAFileAddsNoTrace(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("args.yaml"), "model: yolov8n\ndata: a.yaml\nverbose: true\n");
        Command failing = (options, console) -> {
            throw new UncheckedIOException(new NoSuchFileException("a.jpg"));
        };

        assertThat(run(failing, "val", "cfg=" + file)).isEqualTo(ExitCode.FAILURE);
        assertThat(recorded.err()).contains("no such file or folder: a.jpg").doesNotContain("\tat ");
    }

    @Test
    void anUnexpectedExceptionIsReportedAsABugWithItsTrace() {
        Command broken = (options, console) -> {
            throw new IllegalStateException("arena overlaps");
        };
        assertThat(run(broken, "doctor")).isEqualTo(ExitCode.FAILURE);
        assertThat(recorded.err()).startsWith("java.lang.IllegalStateException: arena overlaps\n\tat ")
                .contains("This is a bug in yolofit", "Please report it");
    }

    @Test
    void anInterruptedCommandExitsWith130() {
        Command stopped = (options, console) -> {
            throw new InterruptedException();
        };
        assertThat(run(stopped, "doctor").number()).isEqualTo(130);
        assertThat(recorded.err()).isEqualTo("stopped\n");
    }

    @Test
    void aStopOfThisProcessExitsWith130AndOneOfAnotherProcessWith143() {
        var own = new StopRequest();
        Command stopped = (options, console) -> {
            Thread.currentThread().interrupt();
            return own.during(() -> {
                while (!own.isRequested()) {
                    Thread.onSpinWait();
                }
                throw own.exception("stopped in epoch 3");
            }, () -> { });
        };
        assertThat(run(stopped, "doctor").number()).isEqualTo(130);
        Command stoppedElsewhere = (options, console) -> {
            throw new StopRequest().exception("stopped in epoch 3");
        };
        assertThat(run(stoppedElsewhere, "doctor").number()).isEqualTo(143);
        assertThat(recorded.err()).isEqualTo("stopped in epoch 3\n".repeat(2));
    }

    @Test
    void aFullHeapComesWithAdvice() {
        Command full = (options, console) -> {
            throw new OutOfMemoryError("Java heap space");
        };
        assertThat(run(full, "doctor")).isEqualTo(ExitCode.FAILURE);
        assertThat(recorded.err()).startsWith("error: Java's heap is full").contains("-Xmx");
    }

    @Test
    void helpListsTheCommandsAndTheExitCodes() {
        assertThat(run("--help")).isEqualTo(ExitCode.OK);
        for (Mode mode : Mode.values()) {
            assertThat(recorded.out()).containsPattern("(?m)^  " + mode.word() + " +" + mode.summary() + "$");
        }
        for (ExitCode code : ExitCode.values()) {
            assertThat(recorded.out()).contains(code.number() + "  " + code.meaning());
        }
    }

    @ParameterizedTest
    @EnumSource
    void theHelpOfACommandHasEveryOptionWithItsDefault(Mode mode) {
        assertThat(run(mode.word(), "--help")).isEqualTo(ExitCode.OK);
        List<String> lines = recorded.out().lines().toList();
        for (Option<?> option : OptionTable.of(mode)) {
            boolean required = option.requiredBy().contains(mode);
            String assignment = "  " + option.name() + "=" + (required ? "" : option.defaultText(mode)) + " ";
            assertThat(lines).as(option.name()).filteredOn(line -> line.startsWith(assignment)
                    && line.contains(option.help().split(" ")[0])).hasSize(1);
        }
        assertThat(lines.stream().filter(line -> line.startsWith("  ") && line.contains("="))
                .map(line -> line.strip().split("=")[0]))
                .containsAll(OptionTable.of(mode).stream().map(Option::name).toList());
    }

    @Test
    void helpFitsANarrowTerminal() {
        for (Mode mode : Mode.values()) {
            assertThat(HelpText.of(mode, 80).lines()).as(mode.word()).allMatch(line -> line.length() < 80);
        }
    }

    @Test
    void theVersionIncludesTheJavaVersion() {
        assertThat(run("--version")).isEqualTo(ExitCode.OK);
        assertThat(recorded.out()).startsWith("yolofit ").contains("Java " + Runtime.version());
    }

    @Test
    void ignoredKeysOfACfgFileAreAWarning(@TempDir Path folder) throws IOException {
        Path cfg = Files.writeString(folder.resolve("args.yaml"), "model: m\ndata: d\noverlap_mask: false\n");
        assertThat(run("train", "cfg=" + cfg)).isEqualTo(ExitCode.OK);
        assertThat(recorded.err()).isEqualTo("warning: " + cfg + ": ignored, not supported here: overlap_mask=false\n");
    }

    @Test
    void theDoctorFailsIfTheEngineFails() {
        var failing = new DoctorCommand(() -> Check.fail("CPU engine", "does not load", "reinstall"));
        assertThat(run(failing, "doctor")).isEqualTo(ExitCode.FAILURE);
        assertThat(recorded.out()).contains("FAIL  CPU engine    does not load", "-> reinstall", "Not ready");
        var json = new DoctorCommand(() -> Check.ok("CPU engine", "works"));
        assertThat(run(json, "doctor", "json=true")).isEqualTo(ExitCode.OK);
        assertThat(recorded.out()).contains("\"ready\" : true");
    }

    @Test
    void everyModeHasACommand() {
        assertThat(Main.commands().modes()).containsExactly(Mode.values());
    }
}
