package io.yolofit.app.tensorboard;

import io.yolofit.train.eval.Metrics;
import io.yolofit.train.event.TrainingEvent;
import io.yolofit.train.inference.Validation;
import io.yolofit.train.options.Options;
import io.yolofit.train.program.LossItems;
import io.yolofit.zoo.head.Task;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Writes the scalars of every epoch, with the names of the columns of `results.csv`, and the options of the run as
/// text.
public final class TensorBoardRecorder implements TrainingEvent.Listener {
    private final EventFile file;

    private TensorBoardRecorder(EventFile file) {
        this.file = file;
    }

    /// @param folder of the run
    public static TensorBoardRecorder create(Path folder) throws IOException {
        return new TensorBoardRecorder(EventFile.create(folder));
    }

    /// The event file.
    public Path path() {
        return file.path();
    }

    @Override
    public void on(TrainingEvent event) {
        try {
            switch (event) {
                case TrainingEvent.Started started -> file.text(started.completed(), "options",
                        markdown(started.recipe()));
                case TrainingEvent.EpochEnded epoch -> file.scalars(epoch.epoch(), scalars(epoch));
                case TrainingEvent.Step _, TrainingEvent.Validated _, TrainingEvent.Saved _, TrainingEvent.Note _,
                        TrainingEvent.Warning _, TrainingEvent.Ended _ -> {
                    // the epochs contain all scalars
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// Steps are not written.
    @Override
    public void lost(long steps) {
    }

    private static String markdown(Options recipe) {
        return "```\n" + recipe.toYaml() + "```\n";
    }

    private static Map<String, Double> scalars(TrainingEvent.EpochEnded epoch) {
        Map<String, Double> values = new LinkedHashMap<>();
        add(values, Task.DETECTION.lossColumns("train"), epoch.mean().named().values());
        epoch.validation().map(Validation::metrics).ifPresent(found -> add(values, Task.DETECTION.metrics(),
                metrics(found)));
        epoch.validation().map(Validation::items).map(LossItems::named).ifPresent(items -> add(values,
                Task.DETECTION.lossColumns("val"), items.values()));
        values.putAll(epoch.rates().named());
        return values;
    }

    private static List<Double> metrics(Metrics metrics) {
        return List.of(metrics.precision(), metrics.recall(), metrics.map50(), metrics.map());
    }

    private static void add(Map<String, Double> all, List<String> names, Collection<Double> values) {
        Iterator<Double> value = values.iterator();
        names.forEach(name -> all.put(name, value.next()));
    }
}
