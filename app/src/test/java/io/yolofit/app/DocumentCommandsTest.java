package io.yolofit.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.app.TinyProject.Ended;
import io.yolofit.app.command.ExitCode;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.OptionsParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The commands of all documents: every one is parsed, and those that need neither a GPU nor a trained model are run,
/// on a tiny model and data set.
class DocumentCommandsTest {
    private static final Set<String> RUN = Set.of("plan", "advise", "info", "check");
    /// A command in a code block or in a code span, by its program.
    private static final Pattern COMMAND = Pattern.compile(
            "(?:^|[\\s`(=])(?:\\./|bin/)?(?:yolofit|io\\.yolofit\\.app\\.Main) ([a-z-][^`]*)");
    private static final Pattern SPAN = Pattern.compile("`([^`]+)`");

    @TempDir
    private static Path folder;
    private static TinyProject project;

    @BeforeAll
    static void draw() throws IOException {
        project = new TinyProject(folder);
        Files.writeString(folder.resolve("args.yaml"), "model: %s\ndata: %s\nbatch: 4\n".formatted(
                project.path("tiny.yaml"), project.data()));
    }

    private static List<Path> documents() throws IOException {
        try (Stream<Path> docs = Files.walk(Path.of("../docs"))) {
            return Stream.concat(Stream.of(Path.of("../README.md"), Path.of("../CONTRIBUTING.md")), docs.filter(file ->
                    file.toString().endsWith(".md")).sorted()).toList();
        }
    }

    /// All commands of all documents, without comments and without those that have gaps (`...`, `<command>`).
    private static Set<String> commands() throws IOException {
        Set<String> commands = new TreeSet<>();
        for (Path document : documents()) {
            boolean fenced = false;
            for (String line : Files.readString(document).replaceAll("\\\\\n\\s*", "").lines().toList()) {
                fenced ^= line.startsWith("```");
                List<String> codes = fenced || line.startsWith("    ") ? List.of(line)
                        : SPAN.matcher(line).results().map(span -> span.group(1)).toList();
                for (String code : codes) {
                    COMMAND.matcher(code).results().map(found -> found.group(1).replaceFirst("\\s+#.*", "").strip())
                            .filter(command -> !command.contains("...") && !command.contains("<"))
                            .forEach(commands::add);
                }
            }
        }
        return commands;
    }

    @Test
    void documentsHaveCommandsOfEveryKind() throws IOException {
        Set<String> words = new TreeSet<>();
        commands().forEach(command -> words.add(command.split(" ")[0]));
        for (Mode mode : Mode.values()) {
            assertThat(words).contains(mode.word());
        }
        assertThat(commands()).hasSizeGreaterThan(60);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandIsValidAndThoseWithoutAGpuRun(String command) {
        List<String> words = new ArrayList<>(List.of(command.split("\\s+")));
        words.replaceAll(word -> word.replaceFirst("\\)$", ""));
        if (words.size() == 1 && !words.getFirst().startsWith("-")) {
            assertThat(Mode.of(words.getFirst())).as("the name of a command in a sentence").isPresent();
            return;
        }
        words.replaceAll(DocumentCommandsTest::present);
        if (words.contains("--help") || words.getFirst().startsWith("-") || isRun(words)) {
            Ended ended = project.run(words.toArray(String[]::new));
            assertThat(ended.code()).as(command + "\n" + ended.out() + ended.err()).isEqualTo(ExitCode.OK);
        } else {
            assertThat(Invocation.of(words, Set.of(Mode.values()))).isInstanceOfSatisfying(Invocation.Call.class,
                    call -> OptionsParser.parse(call.mode(), call.arguments()));
        }
    }

    /// Not run are commands for a trained model, for all GPUs (which takes long), and advice for the GPU of the
    /// machine.
    private static boolean isRun(List<String> words) {
        return RUN.contains(words.getFirst()) && words.stream().noneMatch(word -> word.equals("gpus=all")
                || word.matches("(model|resume)=.*\\.(safetensors|pt|onnx)")) && (!words.getFirst().equals("advise")
                || words.stream().anyMatch(word -> word.matches("(gpu|memory)=.*")));
    }

    /// The word with files that exist in place of those of the document.
    private static String present(String word) {
        if (word.matches("data=.*\\.(yaml|json)")) {
            return "data=" + project.data();
        }
        if (word.matches("cfg=.*")) {
            return "cfg=" + project.path("args.yaml");
        }
        if (word.matches("report=.*")) {
            return "report=" + project.path("report.html");
        }
        return word.matches("model=(yolo|gelan)[\\w-]+(\\.yaml)?") ? "model=" + project.path("tiny.yaml") : word;
    }
}
