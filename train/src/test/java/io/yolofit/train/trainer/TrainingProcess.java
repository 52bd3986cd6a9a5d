package io.yolofit.train.trainer;

import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.EPOCHS;
import static io.yolofit.train.options.OptionTable.MIXUP;
import static io.yolofit.train.options.OptionTable.NBS;
import static io.yolofit.train.options.OptionTable.OPTIMIZER;
import static io.yolofit.train.options.OptionTable.WARMUP_EPOCHS;
import static io.yolofit.train.options.OptionTable.WORKERS;

import io.yolofit.engine.testing.Engines;
import io.yolofit.train.options.OptimizerChoice;
import io.yolofit.train.options.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A run in a separate process, which a test can kill. It resumes from the last checkpoint of the folder if there is
/// one.
public final class TrainingProcess {
    /// Exit status of a run that ended with an exception.
    static final int FAILED = 3;
    private static final int LIMIT_UNIT = 512; // bytes, of the shell's ulimit

    private TrainingProcess() {
    }

    /// Epochs of two batches, three batches per update: saving takes much of the time, and epochs end with accumulated
    /// gradients.
    static Options options(int epochs) {
        return TinyRun.options().with(BATCH, 7).with(NBS, 21).with(WARMUP_EPOCHS, 0.0).with(MIXUP, 0.2)
                .with(OPTIMIZER, OptimizerChoice.ADAMW).with(EPOCHS, epochs).with(WORKERS, 1);
    }

    /// @param engine name of an engine of [Engines]
    /// @param report receives the output of the process
    static Process start(String engine, Path dataset, Path weights, int epochs, Path report) throws IOException {
        return start(List.of(), engine, dataset, weights, epochs, report);
    }

    /// @param bytes maximum size of a file
    static Process startWithFileLimit(long bytes, String engine, Path dataset, Path weights, int epochs, Path report)
            throws IOException {
        String limited = "ulimit -f " + bytes / LIMIT_UNIT + " && exec \"$0\" \"$@\"";
        return start(List.of("sh", "-c", limited), engine, dataset, weights, epochs, report);
    }

    private static Process start(List<String> prefix, String engine, Path dataset, Path weights, int epochs,
            Path report) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-XX:-UsePerfData", "-Xmx1g", Engines.cacheOption(), "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                TrainingProcess.class.getName(), engine, dataset.toString(), weights.toString(),
                String.valueOf(epochs)));
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(report.toFile()).start();
    }

    /// Arguments: engine, dataset, folder for checkpoints, epochs.
    public static void main(String[] arguments) throws IOException {
        int status = 0;
        try (TinyRun run = TinyRun.of(arguments[0], Path.of(arguments[1]), options(Integer.parseInt(arguments[3])),
                Path.of(arguments[2]))) {
            if (Files.exists(run.last())) {
                run.resumed();
            }
            run.trainer().run();
        } catch (RuntimeException e) {
            e.printStackTrace();
            status = FAILED;
        }
        System.exit(status);
    }
}
