package io.yolofit.train.plan;

import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.SYNC_BN;

import io.yolofit.graph.Graph;
import io.yolofit.graph.plan.BufferAssignment;
import io.yolofit.train.options.Options;
import io.yolofit.zoo.model.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Predicted training speed of a run on several GPUs of one kind, without data loading.
///
/// @param ranks      number of GPUs
/// @param batch      images of a batch, of all GPUs together
/// @param each       images of the largest slice, that of rank 0
/// @param images     per second, of all GPUs
/// @param efficiency of one GPU's images per second with the planned batch, times the GPUs
/// @param syncCost   share of the speed that exchanging batch norm's statistics costs
/// @param limit      what costs most
/// @param unfit      why the GPUs cannot share the batch, with all predictions 0; empty if they can
public record Scaling(int ranks, int batch, int each, double images, double efficiency, double syncCost, Limit limit,
        String unfit) {
    /// What keeps several GPUs from the speed of as many single ones.
    public enum Limit {
        NOTHING("-"),
        SMALL_BATCHES("small batches"),
        GRADIENTS("gradients, slowest GPU"),
        STATISTICS("statistics of sync_bn");

        private final String text;

        Limit(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    /// Seconds of a batch: with all exchanges, without those of statistics, and of one GPU with the same slice.
    private record Times(double all, double own, double alone) {
    }

    /// Predictions for each number of GPUs: with the batch of the options, which they share, and with as many such
    /// batches. Numbers of GPUs that cannot share a batch have the reason instead of a prediction.
    ///
    /// @param options resolved, for one GPU
    /// @param target  one GPU
    public static List<Scaling> of(Options options, Model model, DataFacts data, Target target,
            List<Integer> numbers) {
        int batch = options.get(BATCH);
        Run one = new Run(options, model, data, target);
        double rate = batch / one.seconds(batch, 1, false);
        record Point(int ranks, int batch) {
        }
        List<Point> points = new ArrayList<>();
        for (int ranks : numbers) {
            Stream.of(batch, ranks * batch).distinct().forEach(images -> points.add(new Point(ranks, images)));
        }
        return points.parallelStream().map(point -> {
            String unfit = point.ranks == 1 ? ""
                    : new Slot(0, point.ranks).unfit(point.batch, data.trainImages().orElse(-1));
            if (!unfit.isEmpty()) {
                return new Scaling(point.ranks, point.batch, Math.ceilDiv(point.batch, point.ranks), 0, 0, 0,
                        Limit.NOTHING, unfit);
            }
            int each = Math.ceilDiv(point.batch, point.ranks);
            double alone = one.seconds(each, 1, false);
            double own = point.ranks == 1 ? alone : one.seconds(point.batch, point.ranks, false);
            double all = point.ranks == 1 ? alone : one.seconds(point.batch, point.ranks, true);
            return of(point.ranks, point.batch, new Times(all, own, alone), rate, options.get(SYNC_BN));
        }).toList();
    }

    private static Scaling of(int ranks, int batch, Times times, double rate, boolean syncBn) {
        double seconds = syncBn ? times.all : times.own;
        double ideal = batch / (rate * ranks);
        double statistics = syncBn ? times.all - times.own : 0;
        double gradients = times.own - times.alone;
        double small = times.alone - ideal;
        Limit limit = ranks == 1 ? Limit.NOTHING : statistics >= Math.max(gradients, small) ? Limit.STATISTICS
                : gradients >= small ? Limit.GRADIENTS : Limit.SMALL_BATCHES;
        return new Scaling(ranks, batch, Math.ceilDiv(batch, ranks), batch / seconds, batch / seconds / (rate * ranks),
                1 - times.own / times.all, limit, "");
    }

    private record Run(Options options, Model model, DataFacts data, Target target) {
        /// Seconds of a batch and its share of an update, on the rank with the largest slice.
        double seconds(int batch, int ranks, boolean syncBn) {
            Target rank = target.at(new Slot(0, ranks));
            RunSpec spec = RunSpec.of(options.with(BATCH, batch).with(SYNC_BN, syncBn), model, data, rank);
            double step = 0;
            double update = 0;
            for (ProgramSpec program : spec.programs(rank)) {
                switch (program.kind()) {
                    case STEP -> step = step > 0 ? step : seconds(program.graph().get(), rank);
                    case UPDATE -> update = seconds(program.graph().get(), rank);
                    case VALIDATION -> { }
                }
            }
            return step + update / spec.schedule().accumulate();
        }

        private static double seconds(Graph graph, Target target) {
            return target.times().seconds(graph, BufferAssignment.of(graph, target.workspace()));
        }
    }
}
