package io.yolofit.app.live;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.yolofit.base.ShellWord;
import io.yolofit.train.eval.Metrics;
import io.yolofit.train.event.TrainingEvent;
import io.yolofit.train.inference.Validation;
import io.yolofit.train.options.OptionTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/// What the page of a run shows, as JSON. Its size is bounded: of the steps, at most [#POINTS] are kept, evenly spaced;
/// of the log, the last [#LINES] lines. Not thread-safe.
final class RunHistory {
    static final int POINTS = 1200;
    static final int LINES = 300;
    private static final int MOST_CHARACTERS = 2000;
    private static final double NANOS = 1e9;
    private static final double SECONDS_PER_HOUR = 3600;

    private final ObjectMapper mapper = new ObjectMapper();
    private final Path folder;
    private final LongSupplier nanoTime;
    private final LongSupplier memory;
    private final ObjectNode run = object();
    private final ObjectNode status = object();
    private final List<ArrayNode> points = new ArrayList<>();
    private final List<ObjectNode> epochs = new ArrayList<>();
    private final List<String> lines = new ArrayList<>();
    private final long start;
    private long steps;
    private long stride = 1;
    private int total;
    /// Seconds that the run may take.
    private double limit = Double.POSITIVE_INFINITY;
    private int completed;
    private long epochStart;
    private long epochImages;
    private int sentPoints;
    private int sentEpochs;
    private int sentLines;
    private boolean rewritten;

    /// @param folder   of the run
    /// @param nanoTime a clock such as `System::nanoTime`
    /// @param memory   bytes that the run holds on its device at present; 0 if unknown
    RunHistory(Path folder, LongSupplier nanoTime, LongSupplier memory) {
        this.folder = folder;
        this.nanoTime = nanoTime;
        this.memory = memory;
        start = nanoTime.getAsLong();
        run.put("folder", folder.toString());
        run.put("command", "yolofit train cfg=" + ShellWord.of(folder.resolve("args.yaml")));
        status.put("state", "starting");
    }

    /// @param device  description of the device
    /// @param planned bytes on the device
    void planned(String device, long planned) {
        run.put("device", device);
        run.put("planned", planned);
        rewritten = true;
    }

    void line(String text) {
        text.lines().map(line -> line.length() <= MOST_CHARACTERS ? line : line.substring(0, MOST_CHARACTERS) + " ...")
                .forEach(lines::add);
        int extra = lines.size() - LINES;
        if (extra > 0) {
            lines.subList(0, extra).clear();
            sentLines -= extra;
            rewritten |= sentLines < 0;
        }
    }

    void add(TrainingEvent event) {
        switch (event) {
            case TrainingEvent.Started started -> begin(started);
            case TrainingEvent.Step step -> step(step);
            case TrainingEvent.EpochEnded epoch -> epoch(epoch);
            case TrainingEvent.Trained trained -> {
                status.put("state", "validating");
                status.put("seconds", trained.seconds());
            }
            case TrainingEvent.Ended ended -> {
                status.put("state", ended.reason().name().toLowerCase(Locale.ROOT));
                status.put("why", ended.why());
                status.put("bestEpoch", ended.bestEpoch());
                status.put("eta", 0);
                status.put("seconds", ended.seconds());
            }
            case TrainingEvent.Note _, TrainingEvent.Warning _, TrainingEvent.Validated _, TrainingEvent.Saved _,
                    TrainingEvent.Measured _ -> {
                // lines of the console arrive by line(); a validation is part of its epoch
            }
        }
    }

    private void begin(TrainingEvent.Started started) {
        total = started.recipe().get(OptionTable.EPOCHS);
        completed = started.completed();
        started.recipe().find(OptionTable.TIME).ifPresent(hours -> limit = hours * SECONDS_PER_HOUR);
        run.put("model", started.recipe().get(OptionTable.MODEL));
        run.put("epochs", total);
        run.put("batch", started.recipe().get(OptionTable.BATCH));
        run.put("imgsz", started.recipe().get(OptionTable.IMGSZ));
        run.put("classes", started.names().size());
        status.put("state", "training");
        status.put("epoch", completed);
        rewritten = true;
        epochStart = nanoTime.getAsLong();
    }

    private void step(TrainingEvent.Step step) {
        if (step.batch() == 1 || epochImages == 0) {
            epochStart = step.batch() == 1 && epochImages > 0 ? nanoTime.getAsLong() : epochStart;
            epochImages = 0;
        }
        epochImages += step.images();
        double here = (nanoTime.getAsLong() - epochStart) / NANOS;
        double part = step.batch() / (double) step.batches();
        status.put("state", step.batch() == step.batches() ? "validating" : "training");
        status.put("epoch", step.epoch());
        status.put("batch", step.batch());
        status.put("batches", step.batches());
        status.put("part", share(step.epoch() - 1 + part));
        status.put("seconds", elapsed());
        number(status, "rate", here > 0 ? epochImages / here : Double.NaN);
        number(status, "eta", remaining(step.epoch() - 1 + part, here / part));
        status.put("memory", memory.getAsLong());
        status.set("losses", numbers(step.mean().named()));
        if (steps++ % stride == 0) {
            ArrayNode point = JsonNodeFactory.instance.arrayNode();
            point.add(Math.round((step.epoch() - 1 + part) * 1e4) / 1e4);
            step.mean().named().values().forEach(value -> number(point, value));
            points.add(point);
            thin();
        }
    }

    /// Seconds until the last epoch or the time limit, validations included once one is complete.
    private double remaining(double done, double epochSeconds) {
        double here = done - completed;
        double left = epochs.isEmpty() ? epochSeconds * (total - done) : elapsed() / here * (total - done);
        return Math.min(left, Math.max(0, limit - elapsed()));
    }

    /// The share of the run that is done, of its epochs or of its time.
    private double share(double done) {
        return Math.min(1, Math.max(done / total, elapsed() / limit));
    }

    private double elapsed() {
        return (nanoTime.getAsLong() - start) / NANOS;
    }

    private void thin() {
        if (points.size() >= POINTS) {
            List<ArrayNode> kept = IntStream.range(0, points.size()).filter(at -> at % 2 == 0).mapToObj(points::get)
                    .toList();
            points.clear();
            points.addAll(kept);
            stride *= 2;
            rewritten = true;
        }
    }

    private void epoch(TrainingEvent.EpochEnded ended) {
        ObjectNode row = object();
        row.put("epoch", ended.epoch());
        number(row, "seconds", ended.seconds());
        row.put("best", ended.best());
        row.set("train", numbers(ended.mean().named()));
        ended.validation().map(Validation::items).ifPresent(items -> row.set("val", numbers(items.named())));
        ended.validation().map(Validation::metrics).ifPresent(metrics -> row.set("metrics", numbers(named(metrics))));
        row.set("lr", numbers(ended.rates().named()));
        ObjectNode resources = object();
        try {
            Resources.last(folder.resolve("resources.csv")).forEach(resources::put);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        row.set("resources", resources);
        epochs.add(row);
        status.put("epoch", ended.epoch());
        status.put("part", share(ended.epoch()));
        status.put("state", "training");
        number(status, "eta", remaining(ended.epoch(), 0));
        epochStart = nanoTime.getAsLong();
        epochImages = 0;
    }

    private static Map<String, Double> named(Metrics metrics) {
        return Map.of("precision", metrics.precision(), "recall", metrics.recall(), "mAP50", metrics.map50(),
                "mAP50-95", metrics.map());
    }

    /// What is new since the last call, or everything where that is not expressible.
    byte[] news() {
        byte[] text = rewritten ? json(true, 0, 0, 0) : json(false, sentPoints, sentEpochs, sentLines);
        sentPoints = points.size();
        sentEpochs = epochs.size();
        sentLines = lines.size();
        rewritten = false;
        return text;
    }

    /// Everything.
    byte[] all() {
        return json(true, 0, 0, 0);
    }

    private byte[] json(boolean whole, int point, int epoch, int line) {
        ObjectNode root = object();
        root.put("whole", whole);
        if (whole) {
            root.set("run", run);
        }
        root.set("status", status);
        root.putArray("points").addAll(points.subList(point, points.size()));
        root.putArray("epochs").addAll(epochs.subList(epoch, epochs.size()));
        ArrayNode log = root.putArray("log");
        lines.subList(line, lines.size()).forEach(log::add);
        try {
            return mapper.writeValueAsString(root).getBytes(StandardCharsets.UTF_8);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static ObjectNode numbers(Map<String, Double> values) {
        ObjectNode node = object();
        values.forEach((name, value) -> number(node, name, value));
        return node;
    }

    /// JSON has no NaN.
    private static void number(ObjectNode node, String name, double value) {
        if (Double.isFinite(value)) {
            node.put(name, value);
        } else {
            node.putNull(name);
        }
    }

    private static void number(ArrayNode node, double value) {
        if (Double.isFinite(value)) {
            node.add(value);
        } else {
            node.addNull();
        }
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
