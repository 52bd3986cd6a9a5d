package io.yolofit.app.training;

import io.yolofit.api.run.RunFolder;
import io.yolofit.app.console.Console;
import io.yolofit.app.report.JsonText;
import io.yolofit.app.report.PlanReport;
import io.yolofit.app.report.RunMemory;
import io.yolofit.app.report.RunMemoryText;
import io.yolofit.train.event.TrainingEvent;
import io.yolofit.train.trainer.TrainingData;
import io.yolofit.train.trainer.TrainingSetup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;

/// Writes `memory.txt` and `memory.json`: the planned memory when a run starts; planned and measured memory at its end,
/// and then its summary on the console.
final class MemoryReport implements TrainingEvent.Listener {
    private final RunFolder folder;
    private final TrainingSetup setup;
    private final TrainingData data;
    private final Console console;
    private RunMemory memory;

    /// @param data whose images are held in memory
    MemoryReport(PlanReport plan, RunFolder folder, TrainingSetup setup, TrainingData data, Console console) {
        this.folder = folder;
        this.setup = setup;
        this.data = data;
        this.console = console;
        memory = RunMemory.planned(plan);
    }

    /// Writes the plan when the run starts. A listener of its own: it is the first at the start, the report one of the
    /// last at the end.
    TrainingEvent.Listener planned() {
        return event -> {
            if (event instanceof TrainingEvent.Started) {
                write();
            }
        };
    }

    @Override
    public void on(TrainingEvent event) {
        if (event instanceof TrainingEvent.Measured) {
            memory = RunMemory.measured(memory.planned(), setup.plan().memory(), DeviceMemory.of(
                    setup.compiled().engine()), ResidentMemory.parts(data.heldImageBytes()));
            write();
            RunMemoryText.summary(memory).forEach(console::line);
        }
    }

    private void write() {
        try {
            Files.write(folder.file("memory.txt"), RunMemoryText.lines(memory));
            Files.writeString(folder.file("memory.json"), JsonText.of(memory) + "\n");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// Planned memory and, at the end of the run, measured memory.
    RunMemory memory() {
        return memory;
    }
}
