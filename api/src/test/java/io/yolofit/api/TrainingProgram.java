package io.yolofit.api;

import io.yolofit.base.YoloFitException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// A program that trains with a class path of its own, for [EngineArtifactsTest].
final class TrainingProgram {
    private TrainingProgram() {
    }

    /// Prints the parts of the failure, or the epochs of the run. Arguments: dataset file, device, folder of runs.
    public static void main(String[] arguments) {
        try {
            Recipe recipe = Recipe.of("yolov8n", Path.of(arguments[0])).epochs(1).imageSize(64).workers(1)
                    .folder(Path.of(arguments[2]), "run");
            System.out.println("epochs=" + Training.of(recipe).device(arguments[1]).run().ended().epochs());
        } catch (YoloFitException failure) {
            System.out.println("what=" + failure.what() + "\nremedy=" + failure.remedy());
        }
    }

    /// The output of the program in a process whose class path lacks the entries that contain one of these words.
    static String run(List<String> without, String... arguments) throws IOException, InterruptedException {
        String tests = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        String path = Arrays.stream(tests.split(File.pathSeparator))
                .filter(entry -> without.stream().noneMatch(entry::contains))
                .collect(Collectors.joining(File.pathSeparator));
        var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-cp", path,
                TrainingProgram.class.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }
}
