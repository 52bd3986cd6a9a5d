package io.yolofit.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.api.run.ResultsCsv;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Egypt's locale has digits of its own. Files and messages are in ASCII digits nevertheless.
class LocaleTest {
    private static final String ARABIC_DIGITS = "(?s).*[\\u0660-\\u0669].*";

    @TempDir
    private Path folder;

    @Test
    void theLocaleOfThisTestHasItsOwnDigits() {
        assertThat(String.format(Locale.of("ar", "EG"), "%d", 25)).matches(ARABIC_DIGITS);
    }

    @Test
    void aTrainingInAnArabicLocaleWritesAsciiDigits() throws Exception {
        var project = new TinyProject(folder);
        run("train", "model=" + project.path("tiny.yaml"), "data=" + project.data(), "imgsz=64", "batch=4", "epochs=1",
                "workers=1", "threads=1", "lr0=0.00001", "optimizer=SGD", "project=" + project.path("runs"));
        assertThat(ResultsCsv.read(project.path("runs/train/results.csv"))).hasSize(1);
        for (String file : List.of("args.yaml", "results.csv", "memory.txt", "memory.json")) {
            assertThat(Files.readString(project.path("runs/train/" + file))).as(file).isNotEmpty()
                    .doesNotMatch(ARABIC_DIGITS);
        }
        run("predict", "model=" + project.path("runs/train/weights/best.safetensors"), "conf=0.0001", "save_txt=true",
                "source=" + project.path("shapes/images/val"), "project=" + project.path("runs"));
        assertThat(Files.readString(project.path("runs/predict/labels/shapes_00000.txt")))
                .matches("(?s)(\\d [0-9e.\\- ]+\n)+");
    }

    private void run(String... words) throws IOException, InterruptedException {
        Path output = folder.resolve("output.txt");
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Duser.language=ar",
                "-Duser.country=EG", "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"), "io.yolofit.app.Main"));
        command.addAll(List.of(words));
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("XDG_CACHE_HOME", folder.resolve("cache").toString());
        int code = builder.start().waitFor();
        assertThat(code).as(Files.readString(output)).isZero();
        assertThat(Files.readString(output)).doesNotMatch(ARABIC_DIGITS);
    }
}
