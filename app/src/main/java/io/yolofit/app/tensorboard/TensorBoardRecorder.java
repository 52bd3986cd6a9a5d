package io.yolofit.app.tensorboard;

import io.yolofit.data.image.ImageHeader;
import io.yolofit.train.eval.Metrics;
import io.yolofit.train.event.TrainingEvent;
import io.yolofit.train.inference.Validation;
import io.yolofit.train.options.Options;
import io.yolofit.train.program.LossItems;
import io.yolofit.zoo.head.Task;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Writes the scalars of every epoch, with the names of the columns of `results.csv`; the pictures of validation when
/// they were drawn; and the options of the run, as text and as hyperparameters.
public final class TensorBoardRecorder implements TrainingEvent.Listener {
    /// Tags of pictures, by their files in the folder of the run.
    private static final Map<String, String> PICTURES = Map.of("val_batch0_labels.jpg", "val/labels",
            "val_batch0_pred.jpg", "val/predictions");

    private final EventFile file;
    private final Path folder;
    private final Map<String, FileTime> written = new HashMap<>();
    private long epoch;

    private TensorBoardRecorder(EventFile file, Path folder) {
        this.file = file;
        this.folder = folder;
    }

    /// @param folder of the run
    public static TensorBoardRecorder create(Path folder) throws IOException {
        var recorder = new TensorBoardRecorder(EventFile.create(folder), folder);
        for (String name : PICTURES.keySet()) { // of a run before a resume
            recorder.isNew(name);
        }
        return recorder;
    }

    /// The event file.
    public Path path() {
        return file.path();
    }

    @Override
    public void on(TrainingEvent event) {
        try {
            switch (event) {
                case TrainingEvent.Started started -> {
                    epoch = started.completed();
                    file.text(epoch, "options", markdown(started.recipe()));
                    file.plugin(HyperParameters.PLUGIN, HyperParameters.START_TAG, HyperParameters.start(
                            started.recipe().toMap()));
                }
                case TrainingEvent.Validated validated -> {
                    epoch = validated.epoch();
                    pictures();
                }
                case TrainingEvent.EpochEnded ended -> {
                    epoch = ended.epoch();
                    file.scalars(epoch, scalars(ended));
                }
                case TrainingEvent.Measured _ -> pictures(); // those of the best weights
                case TrainingEvent.Ended ended -> file.plugin(HyperParameters.PLUGIN, HyperParameters.END_TAG,
                        HyperParameters.end(ended.reason()));
                case TrainingEvent.Step _, TrainingEvent.Saved _, TrainingEvent.Note _, TrainingEvent.Warning _,
                        TrainingEvent.Trained _ -> {
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

    /// Writes the pictures that were drawn since the last call, at the current epoch.
    private void pictures() throws IOException {
        for (Map.Entry<String, String> picture : PICTURES.entrySet()) {
            if (isNew(picture.getKey())) {
                Path image = folder.resolve(picture.getKey());
                ImageHeader size = ImageHeader.read(image);
                file.image(epoch, picture.getValue(), size.height(), size.width(), Files.readAllBytes(image));
            }
        }
    }

    private boolean isNew(String name) throws IOException {
        Path image = folder.resolve(name);
        if (!Files.isRegularFile(image)) {
            return false;
        }
        FileTime time = Files.getLastModifiedTime(image);
        return !time.equals(written.put(name, time));
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
