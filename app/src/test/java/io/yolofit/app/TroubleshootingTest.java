package io.yolofit.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.app.TinyProject.Ended;
import io.yolofit.app.command.ExitCode;
import io.yolofit.base.Troubleshooting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The sections of docs/troubleshooting.md, and the messages that refer to them. [DocumentCommandsTest] has its
/// commands.
class TroubleshootingTest {
    private static final Path DOCUMENT = Path.of("../docs/troubleshooting.md");

    @TempDir
    private static Path folder;
    private static TinyProject project;

    @BeforeAll
    static void draw() throws IOException {
        project = new TinyProject(folder);
    }

    @Test
    void everySectionEndsWithACommand() throws IOException {
        String[] sections = Files.readString(DOCUMENT).split("\n## ");
        assertThat(sections.length).isGreaterThan(12);
        for (String section : List.of(sections).subList(1, sections.length)) {
            List<String> lines = section.strip().lines().toList();
            assertThat(lines.getLast()).as(lines.getFirst()).startsWith("    ").contains("./yolofit ");
        }
    }

    @Test
    void errorMessagesReferToHeadingsThatExist() throws IOException {
        List<String> anchors = Files.readAllLines(DOCUMENT).stream().filter(line -> line.startsWith("## "))
                .map(line -> line.substring(3).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 -]", "").replace(' ', '-'))
                .toList();
        for (Troubleshooting heading : Troubleshooting.values()) {
            assertThat(anchors).contains(heading.line().substring(heading.line().indexOf('#') + 1));
        }
    }

    /// Words of a command, and the section that its error refers to.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            train model=tiny.yaml data=cells.yaml rle=2               | an-option-of-another-trainer-is-refused
            train resume=nowhere.safetensors                          | resume-is-refused
            train resume=true project=nowhere                         | resume-is-refused
            train model=tiny.yaml data=cells.yaml device=63           | the-gpu-is-not-found
            train model=tiny.yaml data=cells.yaml device=cpu amp=fp16 | bf16-is-not-supported
            train model=broken.pt data=cells.yaml                     | a-checkpoint-is-not-read
            train model=tiny.yaml data=unlabeled.yaml device=cpu      | labels-are-not-found
            """)
    void errorsReferToTheirSections(String command, String anchor) throws IOException {
        Files.writeString(folder.resolve("broken.pt"), "no checkpoint");
        Files.writeString(folder.resolve("unlabeled.yaml"), Files.readString(project.data())
                .replaceFirst("path: .*", "path: " + Files.createDirectories(folder.resolve("unlabeled"))));
        for (String split : List.of("train", "val")) {
            Path images = Files.createDirectories(folder.resolve("unlabeled/images/" + split));
            try (Stream<Path> files = Files.list(project.data().resolveSibling("images/" + split))) {
                for (Path file : files.toList()) {
                    Files.copy(file, images.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
        String[] words = Stream.of(command.split(" ")).map(word -> word.equals("data=cells.yaml")
                ? "data=" + project.data() : word.matches("(model|data|resume)=.*\\..*")
                ? word.replaceFirst("=", "=" + Matcher.quoteReplacement(folder + "/")) : word).toArray(String[]::new);
        Ended ended = project.run(words);
        assertThat(ended.code()).as(ended.out()).isNotEqualTo(ExitCode.OK);
        assertThat(ended.err()).contains("More: docs/troubleshooting.md#" + anchor);
    }

    @Test
    void aRunThatDoesNotFitRefersToItsSection() {
        Ended ended = project.run("plan", "model=" + project.path("tiny.yaml"), "memory=500MiB");
        assertThat(ended.code()).isEqualTo(ExitCode.FAILURE);
        assertThat(ended.err()).contains("docs/troubleshooting.md#out-of-memory-on-the-gpu");
    }
}
