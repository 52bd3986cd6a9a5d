package io.yolofit.bench.accuracy;

import io.yolofit.engine.cuda.CudaOptions;
import io.yolofit.train.options.AmpChoice;
import io.yolofit.train.options.value.RecomputeAmount;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Forms of the training step that must not change a bit (a second run, no side stream, other rematerialization), and
/// forms that may change the rounding only (cuDNN's convolutions alone, another order of accumulated batches). Each
/// form trains from the same state on the same batches.
///
/// Arguments: report folder, dataset YAML, engine (cuda), iterations (40).
public final class VariantTable {
    private static final int ACCUMULATED = 4;

    private final Report report;
    private final Report.Table table;
    private final Workbench bench;
    private final String engine;
    private final int iterations;

    /// A form of the training step.
    ///
    /// @param exact whether it must not change a bit
    private record Variant(String name, CudaOptions options, RecomputeAmount recompute, boolean exact,
            boolean cudaOnly) {
    }

    private static final List<Variant> VARIANTS = List.of(
            new Variant("base", CudaOptions.DEFAULT, RecomputeAmount.DEFAULT, true, false),
            new Variant("second run", CudaOptions.DEFAULT, RecomputeAmount.DEFAULT, true, false),
            new Variant("no side stream", CudaOptions.DEFAULT.withoutSideStream(), RecomputeAmount.DEFAULT, true, true),
            new Variant("recompute=off", CudaOptions.DEFAULT, RecomputeAmount.OFF, true, false),
            new Variant("recompute=max", CudaOptions.DEFAULT, RecomputeAmount.MAX, true, false),
            new Variant("cuDNN alone", CudaOptions.DEFAULT.withoutOwnConvolutions(), RecomputeAmount.DEFAULT, false,
                    true));

    /// @param gradients of the first batch at the initial weights
    private record Result(float[] gradients, List<Rig.Step> steps, Training end) {
    }

    private VariantTable(Report report, Workbench bench, String engine, int iterations) {
        this.report = report;
        this.bench = bench;
        this.engine = engine;
        this.iterations = iterations;
        table = report.table("differences", "precision,variant,buffer,elements,different,relative_l2");
    }

    public static void main(String[] arguments) throws IOException {
        String engine = arguments.length > 2 ? arguments[2] : "cuda";
        int iterations = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 40;
        try (Report report = new Report(Path.of(arguments[0]), "variants")) {
            VariantTable table = new VariantTable(report, Workbench.open(Path.of(arguments[1]), report), engine,
                    iterations);
            for (AmpChoice amp : engine.equals("cuda") ? List.of(AmpChoice.FALSE, AmpChoice.FP16)
                    : List.of(AmpChoice.FALSE)) {
                table.compare(amp);
            }
        }
    }

    private void compare(AmpChoice amp) {
        report.line("%s, amp=%s, %d iterations, each against base", engine, amp.word(), iterations);
        Result base = null;
        for (Variant variant : VARIANTS) {
            if (variant.cudaOnly() && !engine.equals("cuda")) {
                continue;
            }
            try (Rig rig = bench.rig(Workbench.engine(engine, variant.options()), amp, variant.recompute())) {
                Result result = result(rig);
                if (base == null) {
                    base = result;
                    accumulationOrder(rig, amp);
                } else {
                    differences(amp, variant, base, result);
                }
            }
            report.progress(variant.name());
        }
    }

    private Result result(Rig rig) {
        Training start = rig.save();
        rig.accumulate(KeptBatch.first(rig, 1).getFirst());
        float[] gradients = rig.gradients();
        rig.restore(start);
        List<Rig.Step> steps = new ArrayList<>();
        rig.read((batch, epoch) -> {
            steps.add(rig.step(batch, epoch, true));
            return steps.size() < iterations;
        });
        return new Result(gradients, steps, rig.save());
    }

    private void differences(AmpChoice amp, Variant variant, Result base, Result result) {
        long losses = 0;
        for (int i = 0; i < base.steps().size(); i++) {
            losses += base.steps().get(i).items().equals(result.steps().get(i).items()) ? 0 : 1;
        }
        long different = losses + row(amp, variant, "first gradient", result.gradients(), base.gradients());
        for (Map.Entry<String, float[]> buffer : base.end().buffers().entrySet()) {
            different += row(amp, variant, buffer.getKey(), result.end().buffers().get(buffer.getKey()),
                    buffer.getValue());
        }
        Rig.Step last = base.steps().getLast();
        report.line("  %-16s %s: %d of %d losses differ, first gradient by %.2e, parameters by %.2e, last loss by %.2e",
                variant.name(), !variant.exact() ? "rounding may differ" : different == 0 ? "BIT-IDENTICAL"
                        : "NOT BIT-IDENTICAL", losses, base.steps().size(),
                Difference.relative(result.gradients(), base.gradients()),
                Difference.relative(result.end().buffers().get("parameters"), base.end().buffers().get("parameters")),
                Math.abs(result.steps().getLast().total() - last.total()) / last.total());
    }

    private long row(AmpChoice amp, Variant variant, String buffer, float[] actual, float[] expected) {
        long different = Difference.bits(actual, expected);
        table.row(amp.word(), variant.name(), buffer, expected.length, different,
                Difference.relative(actual, expected));
        return different;
    }

    /// The sum of gradients of four batches, in order and in reverse order.
    private void accumulationOrder(Rig rig, AmpChoice amp) {
        Training end = rig.save();
        List<KeptBatch> batches = KeptBatch.first(rig, ACCUMULATED);
        float[] forward = sum(rig, batches);
        float[] backward = sum(rig, batches.reversed());
        rig.restore(end);
        Map<String, float[]> reversed = Difference.tensors(rig.layout(), "gradients", backward);
        double worst = Difference.maximum(Difference.tensors(rig.layout(), "gradients", forward).entrySet().stream()
                .mapToDouble(entry -> Difference.relative(reversed.get(entry.getKey()), entry.getValue())).toArray());
        table.row(amp.word(), "reverse accumulation", "gradients", forward.length, Difference.bits(backward, forward),
                Difference.relative(backward, forward));
        report.line("  %-16s rounding may differ: gradients of %d batches by %.2e, of a tensor by at most %.2e",
                "reverse order", ACCUMULATED, Difference.relative(backward, forward), worst);
    }

    private static float[] sum(Rig rig, List<KeptBatch> batches) {
        rig.clearGradients();
        batches.forEach(rig::accumulate);
        return rig.gradients();
    }
}
