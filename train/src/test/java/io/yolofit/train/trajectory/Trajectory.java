package io.yolofit.train.trajectory;

import static io.yolofit.train.options.OptionTable.AMP;
import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.BOX;
import static io.yolofit.train.options.OptionTable.CLS;
import static io.yolofit.train.options.OptionTable.COS_LR;
import static io.yolofit.train.options.OptionTable.DFL;
import static io.yolofit.train.options.OptionTable.EPOCHS;
import static io.yolofit.train.options.OptionTable.IMGSZ;
import static io.yolofit.train.options.OptionTable.LR0;
import static io.yolofit.train.options.OptionTable.LRF;
import static io.yolofit.train.options.OptionTable.MOMENTUM;
import static io.yolofit.train.options.OptionTable.NBS;
import static io.yolofit.train.options.OptionTable.OPTIMIZER;
import static io.yolofit.train.options.OptionTable.WARMUP_BIAS_LR;
import static io.yolofit.train.options.OptionTable.WARMUP_EPOCHS;
import static io.yolofit.train.options.OptionTable.WARMUP_MOMENTUM;
import static io.yolofit.train.options.OptionTable.WEIGHT_DECAY;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.yolofit.train.options.AmpChoice;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.Option;
import io.yolofit.train.options.OptimizerChoice;
import io.yolofit.train.options.Options;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;

/// A golden trajectory: what the reference's training loop did with given batches.
///
/// @param iterations in order, from 0
/// @param updates    of the optimizer, in order
/// @param snapshots  of some updates
record Trajectory(String model, int classes, int batchesPerEpoch, int images, Options options, List<Group> groups,
        List<Iteration> iterations, List<Update> updates, List<Snapshot> snapshots, FirstBatch firstBatch) {
    /// A parameter group of the optimizer.
    ///
    /// @param tensors how many there are, the fixed ramp of the head included
    record Group(String name, int tensors, double weightDecay) {
    }

    /// @param items  box, cls, dfl, times their gains
    /// @param rates  learning rates of weights, normalization and biases
    /// @param spread largest relative difference of a loss item so far that a change of 1e-6 to 1e-5 in one weight
    ///               makes in the reference itself
    record Iteration(double[] items, double[] rates, double[] momenta, double spread) {
    }

    /// @param norm of the gradient before clipping
    record Update(int iteration, double norm) {
    }

    /// @param afterUpdate number of the update, from 1
    record Snapshot(int afterUpdate, int iteration, Map<String, Summary> model, Map<String, Summary> average) {
    }

    /// Sum and l2 norm of a tensor.
    record Summary(double sum, double l2) {
    }

    /// Facts of the batch of iteration 0.
    ///
    /// @param first   its first bytes
    /// @param targets rows of image, class, cx, cy, w, h
    record FirstBatch(long pixelSum, List<Integer> first, List<List<Double>> targets) {
    }

    static Trajectory read(Path file) {
        try {
            return of(JsonMapper.builder().build().readTree(file.toFile()));
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    static Trajectory of(JsonNode root) {
        List<Iteration> iterations = new ArrayList<>();
        for (int i = 0; i < root.get("loss_items").size(); i++) {
            iterations.add(new Iteration(numbers(root.get("loss_items").get(i)), numbers(root.get("lr").get(i)),
                    numbers(root.get("momentum").get(i)), root.get("spread").get(i).asDouble()));
        }
        List<Group> groups = new ArrayList<>();
        root.get("groups").forEach(group -> groups.add(new Group(group.get(0).asText(), group.get(1).asInt(),
                group.get(2).asDouble())));
        List<Update> updates = new ArrayList<>();
        root.get("updates").forEach(update -> updates.add(new Update(update.get("iteration").asInt(),
                update.get("norm").asDouble())));
        List<Snapshot> snapshots = new ArrayList<>();
        root.get("snapshots").forEach(snapshot -> snapshots.add(new Snapshot(snapshot.get("after_update").asInt(),
                snapshot.get("iteration").asInt(), summaries(snapshot.get("model")),
                summaries(snapshot.get("ema")))));
        return new Trajectory(root.get("model").asText(), root.get("nc").asInt(),
                root.get("batches_per_epoch").asInt(), root.get("images").asInt(), options(root), groups, iterations,
                updates, snapshots, firstBatch(root.get("first_batch")));
    }

    private static FirstBatch firstBatch(JsonNode facts) {
        List<Integer> first = new ArrayList<>();
        facts.get("first").forEach(value -> first.add(value.asInt()));
        List<List<Double>> targets = new ArrayList<>();
        facts.get("targets").forEach(row -> targets.add(DoubleStream.of(numbers(row)).boxed().toList()));
        return new FirstBatch(facts.get("pixels_sum").asLong(), first, targets);
    }

    private static double[] numbers(JsonNode list) {
        double[] numbers = new double[list.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = list.get(i).asDouble();
        }
        return numbers;
    }

    private static Map<String, Summary> summaries(JsonNode tensors) {
        Map<String, Summary> summaries = new LinkedHashMap<>();
        tensors.properties().forEach(entry -> summaries.put(entry.getKey(),
                new Summary(entry.getValue().get(0).asDouble(), entry.getValue().get(1).asDouble())));
        return summaries;
    }

    /// In fp32. What equals the default is not set: `optimizer=auto` picks what was not given.
    private static Options options(JsonNode root) {
        JsonNode given = root.get("options");
        Options options = Options.defaults(Mode.TRAIN).with(AMP, AmpChoice.FALSE)
                .with(BATCH, root.get("batch").asInt()).with(IMGSZ, root.get("imgsz").asInt())
                .with(EPOCHS, root.get("epochs").asInt()).with(NBS, given.get("nbs").asInt())
                .with(COS_LR, given.get("cos_lr").asBoolean())
                .with(OPTIMIZER, OptimizerChoice.valueOf(given.get("optimizer").asText().toUpperCase(Locale.ROOT)));
        for (Option<Double> option : List.of(WARMUP_EPOCHS, LR0, LRF, MOMENTUM, WEIGHT_DECAY, WARMUP_BIAS_LR,
                WARMUP_MOMENTUM, BOX, CLS, DFL)) {
            double value = given.get(option.name()).asDouble();
            options = options.get(option) == value ? options : options.with(option, value);
        }
        return options;
    }

    /// Whether this is all of the run, or only its first epoch.
    boolean isWhole() {
        return iterations.size() == batchesPerEpoch * options.get(EPOCHS);
    }

    int epoch(int iteration) {
        return iteration / batchesPerEpoch;
    }

    /// Images of a batch: the last one of an epoch may have fewer than the others.
    int images(int iteration) {
        int batch = options.get(BATCH);
        return Math.min(batch, images - iteration % batchesPerEpoch * batch);
    }

    TrajectoryBatch batch(int iteration) {
        return TrajectoryBatch.of(iteration, images(iteration), options.get(IMGSZ), classes);
    }
}
