package io.yolofit.bench.accuracy;

import io.yolofit.graph.op.LossTerm;
import io.yolofit.train.options.AmpChoice;
import io.yolofit.train.program.LossItems;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/// Bias of losses and gradients in half precision, and on another engine, against fp32 on the same batches: at the
/// weights of a run in mixed precision after 0, 10 and 50 epochs. The same run gives the loss scale and the skipped
/// updates by epoch. The row `rounded` is the fp32 gradient times the loss scale, rounded to fp16: what remains of a
/// weight gradient that is only written in half precision.
///
/// Arguments: report folder, dataset YAML, engine (cuda), epochs (0,10,50,100: the last one ends the run), variants
/// (`cuda:fp16,cuda:bf16,cpu:false`).
public final class PrecisionTable {
    private static final int BATCHES = 8;
    private static final int WORST = 5;
    private static final int MOST_BACKOFFS = 20;

    private final Report report;
    private final Report.Table tensors;
    private final Workbench bench;
    private final String engine;
    private final Map<Integer, Training> states = new TreeMap<>();
    private final Map<Integer, List<Gradient>> references = new TreeMap<>();

    /// Losses and gradients of a batch.
    private record Gradient(LossItems items, float[] values, double scale) {
    }

    private PrecisionTable(Report report, Workbench bench, String engine) {
        this.report = report;
        this.bench = bench;
        this.engine = engine;
        tensors = report.table("gradients",
                "epoch,variant,tensor,cosine,norm_ratio,projection,projection_error,reference_norm");
    }

    public static void main(String[] arguments) throws IOException {
        String engine = arguments.length > 2 ? arguments[2] : "cuda";
        List<Integer> epochs = Arrays.stream((arguments.length > 3 ? arguments[3] : "0,10,50,100").split(","))
                .map(Integer::valueOf).toList();
        String variants = arguments.length > 4 ? arguments[4] : "cuda:fp16,cuda:bf16,cpu:false";
        try (Report report = new Report(Path.of(arguments[0]), "precision")) {
            PrecisionTable table = new PrecisionTable(report, Workbench.open(Path.of(arguments[1]), report), engine);
            table.train(epochs);
            List<KeptBatch> batches = table.measureReference();
            for (String variant : variants.split(",")) {
                String[] parts = variant.split(":");
                AmpChoice amp = Arrays.stream(AmpChoice.values()).filter(one -> one.word().equals(parts[1]))
                        .findFirst().orElseThrow(() -> new IllegalArgumentException("no amp '" + parts[1] + "'"));
                table.compare(variant, parts[0], amp, batches);
            }
        }
    }

    private void train(List<Integer> epochs) {
        Report.Table scale = report.table("loss-scale", "epoch,box,cls,dfl,updates,skipped,loss_scale");
        try (Rig rig = bench.rig(Workbench.engine(engine), AmpChoice.TRUE)) {
            report.line("%s, amp=true", rig.description());
            states.put(0, rig.save());
            double least = rig.lossScale();
            for (int epoch = 1; epoch <= epochs.getLast(); epoch++) {
                List<LossItems> items = new ArrayList<>();
                rig.read(epoch, (batch, at) -> items.add(rig.step(batch, at, false).items()));
                LossItems mean = items.stream().reduce(LossItems.ZERO, LossItems::plus).times(1.0 / items.size());
                least = Math.min(least, rig.lossScale());
                scale.row(epoch, mean.get(LossTerm.BOX), mean.get(LossTerm.CLASS), mean.get(LossTerm.DISTANCE),
                        rig.updates(), rig.skippedUpdates(), rig.lossScale());
                if (epochs.contains(epoch)) {
                    states.put(epoch, rig.save());
                    report.line("after epoch %d: loss scale %.0f (least %.0f), %d of %d updates skipped", epoch,
                            rig.lossScale(), least, rig.skippedUpdates(), rig.updates());
                }
            }
        }
        states.keySet().retainAll(epochs.size() > 1 ? epochs.subList(0, epochs.size() - 1) : epochs);
        report.progress("trained");
    }

    private List<KeptBatch> measureReference() {
        try (Rig rig = bench.rig(Workbench.engine(engine), AmpChoice.FALSE)) {
            List<KeptBatch> batches = KeptBatch.first(rig, BATCHES);
            states.forEach((epoch, state) -> references.put(epoch, batches.stream()
                    .map(batch -> gradient(rig, state, batch)).toList()));
            report.progress("reference: " + engine + ", fp32");
            states.forEach((epoch, state) -> rounded(rig, epoch, state));
            return batches;
        }
    }

    /// Losses and gradients at a state's weights. A loss scale at which they overflow is halved, as in training.
    private static Gradient gradient(Rig rig, Training state, KeptBatch batch) {
        rig.restore(state);
        for (int backoff = 0; backoff < MOST_BACKOFFS; backoff++) {
            rig.clearGradients();
            LossItems items = rig.accumulate(batch);
            float[] values = rig.gradients();
            if (Double.isFinite(Difference.norm(values)) || !rig.halveLossScale()) {
                return new Gradient(items, values, rig.lossScale());
            }
        }
        throw new IllegalStateException("gradients are not finite with a loss scale of " + rig.lossScale());
    }

    private void rounded(Rig rig, int epoch, Training state) {
        double scale = state.buffers().containsKey("scaler") ? state.buffers().get("scaler")[0] : 1;
        GradientStatistics statistics = new GradientStatistics();
        long flushed = 0;
        long nonZero = 0;
        for (Gradient reference : references.get(epoch)) {
            float[] half = new float[reference.values().length];
            for (int i = 0; i < half.length; i++) {
                float value = reference.values()[i];
                half[i] = (float) (Float.float16ToFloat(Float.floatToFloat16((float) (value * scale))) / scale);
                nonZero += value != 0 ? 1 : 0;
                flushed += value != 0 && half[i] == 0 ? 1 : 0;
            }
            add(statistics, rig, half, reference.values());
        }
        write(epoch, "rounded", statistics);
        report.line("epoch %d, fp32 gradient times %.0f rounded to fp16: %.4f %% of the elements become 0", epoch,
                scale, 100.0 * flushed / nonZero);
        summary(statistics);
    }

    private void compare(String name, String device, AmpChoice amp, List<KeptBatch> batches) {
        try (Rig rig = bench.rig(Workbench.engine(device), amp)) {
            states.forEach((epoch, state) -> {
                List<Gradient> expected = references.get(epoch);
                List<Gradient> actual = batches.stream().map(batch -> gradient(rig, state, batch)).toList();
                GradientStatistics statistics = new GradientStatistics();
                for (int i = 0; i < actual.size(); i++) {
                    add(statistics, rig, actual.get(i).values(), expected.get(i).values());
                }
                write(epoch, name, statistics);
                report.line("epoch %d, %s against %s:false, loss scale %.0f", epoch, name, engine,
                        actual.getLast().scale());
                losses(actual, expected);
                summary(statistics);
            });
        }
        report.progress(name);
    }

    private static void add(GradientStatistics statistics, Rig rig, float[] actual, float[] expected) {
        statistics.add(Difference.tensors(rig.layout(), "gradients", actual),
                Difference.tensors(rig.layout(), "gradients", expected), actual, expected);
    }

    private void losses(List<Gradient> actual, List<Gradient> expected) {
        Map<String, ToDoubleFunction<LossItems>> terms = new LinkedHashMap<>();
        terms.put("box", items -> items.get(LossTerm.BOX));
        terms.put("class", items -> items.get(LossTerm.CLASS));
        terms.put("dfl", items -> items.get(LossTerm.DISTANCE));
        terms.forEach((term, value) -> {
            double[] differences = new double[actual.size()];
            for (int i = 0; i < differences.length; i++) {
                double wanted = value.applyAsDouble(expected.get(i).items());
                differences[i] = 100 * (value.applyAsDouble(actual.get(i).items()) - wanted) / wanted;
            }
            report.line("  %s loss: %+.4f %% (standard error %.4f)", term, Difference.mean(differences),
                    Difference.error(differences));
        });
    }

    private void write(int epoch, String variant, GradientStatistics statistics) {
        for (String tensor : statistics.tensors()) {
            tensors.row(epoch, variant, tensor, statistics.mean(tensor, GradientStatistics.Sample::cosine),
                    statistics.mean(tensor, GradientStatistics.Sample::norm),
                    statistics.mean(tensor, GradientStatistics.Sample::projection),
                    statistics.error(tensor, GradientStatistics.Sample::projection),
                    statistics.mean(tensor, GradientStatistics.Sample::reference));
        }
    }

    private void summary(GradientStatistics statistics) {
        report.line("  all tensors: %s; biased tensors: %d", text(statistics, GradientStatistics.WHOLE),
                statistics.biased());
        statistics.worst(WORST).forEach(tensor -> report.line("    %-40s %s", tensor, text(statistics, tensor)));
    }

    private static String text(GradientStatistics statistics, String tensor) {
        return String.format("cosine %.6f, norm ratio %.5f, projection %.5f (%.5f)",
                statistics.mean(tensor, GradientStatistics.Sample::cosine),
                statistics.mean(tensor, GradientStatistics.Sample::norm),
                statistics.mean(tensor, GradientStatistics.Sample::projection),
                statistics.error(tensor, GradientStatistics.Sample::projection));
    }
}
