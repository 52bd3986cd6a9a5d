package io.yolofit.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.app.TinyProject.Ended;
import io.yolofit.app.command.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which run `resume=` continues: two runs, of which `second` is the later one. All epochs of both are trained, so a
/// run that is named correctly is reported as finished, and nothing changes.
class NamedRunTest {
    @TempDir
    private static Path folder;
    private static TinyProject project;

    @BeforeAll
    static void trainTwice() throws IOException {
        project = new TinyProject(folder);
        assertThat(project.train("name=first", "cos_lr=true").code()).isEqualTo(ExitCode.OK);
        assertThat(project.train("name=second").code()).isEqualTo(ExitCode.OK);
    }

    /// Words with `RUNS` and `HERE` for the folders of the runs and of the project.
    private static Ended resume(String words) {
        List<String> all = new ArrayList<>(List.of("train"));
        for (String word : words.split(" ")) {
            all.add(word.replace("RUNS", folder.resolve("runs").toString()).replace("HERE", folder.toString()));
        }
        return project.run(all.toArray(String[]::new));
    }

    private static String args(String run) throws IOException {
        return Files.readString(folder.resolve("runs").resolve(run).resolve("args.yaml"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            resume=true project=RUNS                                              | second
            resume=True model=RUNS/first/weights/last.safetensors                 | first
            resume=true model=RUNS/first                                          | first
            resume=RUNS/first                                                     | first
            resume=RUNS/first/weights/last.safetensors                            | first
            resume=RUNS/first model=RUNS/first/weights/last.safetensors           | first
            resume=RUNS/first name=first project=RUNS                             | first
            resume=true project=RUNS name=first                                   | first
            resume=true project=RUNS name=first model=HERE/tiny.yaml              | first
            resume=true project=RUNS model=HERE/tiny.yaml                         | second
            resume=true cfg=RUNS/first/args.yaml                                  | first
            resume=true cfg=RUNS/first/args.yaml model=RUNS/first                 | first
            """)
    void theNamedRunIsResumed(String words, String run) {
        Ended ended = resume(words);

        assertThat(ended.code()).as(ended.err()).isEqualTo(ExitCode.OK);
        assertThat(ended.out()).contains("the run " + folder.resolve("runs").resolve(run) + " (", ") is finished")
                .doesNotContain("resuming");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            resume=true project=RUNS model=HERE/none.safetensors    | no such file
            resume=true project=RUNS model=HERE/none.pt             | no such file
            resume=true project=RUNS name=third                     | the latest run is resumed with resume=RUNS/second/
            resume=true model=RUNS/first/weights/best.safetensors project=RUNS | resume=RUNS/first/weights/last.saf
            resume=RUNS/first/weights/best.safetensors              | resume=RUNS/first/weights/last.safetensors`
            resume=RUNS/first model=RUNS/second                     | name different runs; use `yolofit train
            resume=true model=RUNS/second cfg=RUNS/first/args.yaml  | name different runs
            resume=RUNS/first name=other                            | name=other contradicts resume=RUNS/first
            resume=RUNS/first project=HERE                          | project=HERE contradicts
            resume=true model=RUNS/first name=second project=RUNS   | name=second contradicts
            resume=RUNS/first model=yolov8n                         | model=yolov8n is not the model of RUNS/first
            resume=RUNS/first pretrained=HERE/x.pt                  | pretrained= has no effect on a resumed run
            resume=RUNS/third                                       | no such file
            """)
    void whatContradictsTheRunIsRefusedWithTheRightCommand(String words, String message) throws IOException {
        String before = args("first") + args("second");

        Ended ended = resume(words + " epochs=9");

        assertThat(ended.code()).as(ended.out()).isEqualTo(ExitCode.USAGE);
        assertThat(ended.err()).contains(message.replace("RUNS", folder.resolve("runs").toString())
                .replace("HERE", folder.toString())).doesNotContain("\tat ");
        assertThat(args("first") + args("second")).isEqualTo(before);
    }

    @Test
    void changedOptionsAreListed() {
        Ended ended = resume("resume=RUNS/first cos_lr=false lr0=0.01 batch=2 epochs=1");

        assertThat(ended.out()).contains("not applied: batch=2 (was 4), ").contains("cos_lr=false (was true)")
                .doesNotContain("epochs=1 (was");
    }

    @Test
    void theLatestRunIsNamed() {
        assertThat(resume("resume=true project=RUNS").out())
                .contains("(the latest run in " + folder.resolve("runs") + ")");
    }
}
