package io.yolofit.app;

import io.yolofit.app.command.ExitCode;
import io.yolofit.app.console.RecordedConsole;
import io.yolofit.data.demo.DemoDataset;
import io.yolofit.testkit.TinyArchitecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A folder with a generated dataset of 64 x 64 pixel images and a tiny architecture, and a runner of the command line.
final class TinyProject {
    private final Path folder;

    TinyProject(Path folder) throws IOException {
        this.folder = folder;
        Files.writeString(folder.resolve("tiny.yaml"), TinyArchitecture.YAML);
        DemoDataset.create(folder.resolve("shapes"), 8, 4, 64, 1);
    }

    /// The exit code and the output of a command.
    record Ended(ExitCode code, String out, String err) {
    }

    Path path(String name) {
        return folder.resolve(name);
    }

    Path data() {
        return folder.resolve("shapes/data.yaml");
    }

    /// Trains the tiny model; `more` overrides its options.
    Ended train(String... more) {
        return run(trainWords(more).toArray(String[]::new));
    }

    /// The command that trains the tiny model; `more` overrides its options.
    List<String> trainWords(String... more) {
        List<String> words = new ArrayList<>(List.of("train", "model=" + path("tiny.yaml"), "data=" + data(),
                "imgsz=64", "batch=4", "epochs=1", "workers=1", "threads=1", "plots=false", "project=" + path("runs")));
        List<String> names = List.of(more).stream().map(word -> word.substring(0, word.indexOf('=') + 1)).toList();
        words.removeIf(word -> names.stream().anyMatch(word::startsWith));
        words.addAll(List.of(more));
        return words;
    }

    Ended run(String... words) {
        RecordedConsole recorded = RecordedConsole.pipe();
        ExitCode code = new Main(Main.commands(), recorded.console()).run(List.of(words));
        return new Ended(code, recorded.out(), recorded.err());
    }
}
