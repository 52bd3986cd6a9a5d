package io.yolofit.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The packages of `./mvnw -Pdist package`, where they have been made.
class PackageTest {
    @TempDir
    private Path folder;

    private static Path made(String variant) throws IOException {
        Path dist = Path.of("../target/dist").toAbsolutePath().normalize();
        assumeTrue(Files.isDirectory(dist), "there is no " + dist + ": ./mvnw -Pdist package makes it");
        try (Stream<Path> entries = Files.list(dist)) {
            return entries.filter(Files::isDirectory).filter(entry -> entry.toString().endsWith("-" + variant))
                    .findFirst().orElseThrow();
        }
    }

    /// Runs the launcher in an empty folder, without a JDK on the path.
    private String run(Path made, String... words) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(made.resolve("bin/yolofit").toString()));
        command.addAll(List.of(words));
        var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/bin:/bin");
        builder.environment().put("HOME", folder.toString());
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "cuda"})
    void thePackageStartsAndPlans(String variant) throws Exception {
        Path made = made(variant);
        assertThat(run(made, "--version")).matches("yolofit [0-9.]+\\S* \\(Java 25.*\\)\n");
        assertThat(run(made, "plan", "model=yolov8n")).startsWith("Memory of yolov8n").doesNotContain("[warning]");
        assertThat(made.resolve("completion/yolofit.bash")).content().contains("complete -F _yolofit yolofit");
        assertThat(made.resolve("completion/_yolofit")).content().startsWith("#compdef yolofit\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "cuda"})
    void theArchiveOfClassesIsUsed(String variant) throws Exception {
        Path made = made(variant);
        List<String> words = List.of("/bin/sh", "-c", "YOLOFIT_JAVA_OPTS=-Xlog:class+load:file=classes.txt exec \"$0\" "
                + "--version", made.resolve("bin/yolofit").toString());
        assertThat(new ProcessBuilder(words).directory(folder.toFile()).start().waitFor()).isZero();
        assertThat(folder.resolve("classes.txt")).content()
                .containsPattern("io\\.yolofit\\.app\\.Main source: shared objects file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "cuda"})
    void onlyThePackageForCpusHasLibtorch(String variant) throws Exception {
        Path made = made(variant);
        assertThat(Files.exists(made.resolve("natives/org/bytedeco/pytorch"))).isEqualTo(variant.equals("cpu"));
        assertThat(made.resolve("natives/org/bytedeco/opencv/linux-x86_64/libjniopencv_imgcodecs.so")).exists();
    }
}
