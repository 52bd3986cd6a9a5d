package io.yolofit.bench.accuracy;

import io.yolofit.graph.op.LossTerm;
import io.yolofit.train.options.AmpChoice;
import io.yolofit.train.program.LossItems;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// Whether two engines part faster than rounding explains: both train in fp32 from the same state on the same batches,
/// from the start and from a checkpoint that the first engine trained. The yardsticks are further runs of the second
/// engine whose initial weights differ by 1e-6: in the largest weight of the first convolution, or, at random, in all
/// weights.
///
/// Arguments: report folder, dataset YAML, the two engines (`cuda cpu`), iterations (60), epochs of the checkpoint
/// (30), and from where (`start,checkpoint`).
public final class EngineComparison {
    private static final double PERTURBATION = 1e-6;
    private static final List<String> BUFFERS = List.of("parameters", "statistics", "ema", "moment0", "moment1");
    private static final List<Integer> OBSERVED = List.of(1, 2, 5, 10, 20, 40, 60);
    private static final String ONE = "one weight";
    private static final String ALL = "all weights";

    private final Report report;
    private final Report.Table steps;
    private final Report.Table tensors;
    private final Report.Table parting;
    private final Workbench bench;
    private final String first;
    private final String second;
    private final int iterations;

    /// A run of some iterations.
    ///
    /// @param parameters after some of the iterations, by their number
    /// @param end        the state after the last iteration
    private record Trajectory(List<Rig.Step> steps, Map<Integer, float[]> parameters, Training end) {
    }

    private EngineComparison(Report report, Workbench bench, String first, String second, int iterations) {
        this.report = report;
        this.bench = bench;
        this.first = first;
        this.second = second;
        this.iterations = iterations;
        steps = report.table("steps", "start,run,iteration,box,cls,dfl,gradient_norm,updated");
        parting = report.table("parting", "start,iteration,run,loss_difference,norm_difference,parameters_l2");
        tensors = report.table("tensors", "start,run,buffer,tensor,elements,relative_l2");
    }

    public static void main(String[] arguments) throws IOException {
        String first = arguments.length > 2 ? arguments[2] : "cuda";
        String second = arguments.length > 3 ? arguments[3] : "cpu";
        int iterations = arguments.length > 4 ? Integer.parseInt(arguments[4]) : 60;
        int epochs = arguments.length > 5 ? Integer.parseInt(arguments[5]) : 30;
        List<String> from = List.of((arguments.length > 6 ? arguments[6] : "start,checkpoint").split(","));
        try (Report report = new Report(Path.of(arguments[0]), "engines")) {
            new EngineComparison(report, Workbench.open(Path.of(arguments[1]), report), first, second, iterations)
                    .run(epochs, from);
        }
    }

    private void run(int epochs, List<String> from) {
        Map<String, Training> starts = new LinkedHashMap<>();
        Map<String, Trajectory> ofFirst = new LinkedHashMap<>();
        try (Rig rig = bench.rig(Workbench.engine(first), AmpChoice.FALSE)) {
            report.line("first engine: %s", rig.description());
            if (from.contains("start")) {
                starts.put("start", rig.save());
            }
            if (from.contains("checkpoint")) {
                rig.read(epochs, (batch, epoch) -> {
                    rig.step(batch, epoch, false);
                    return true;
                });
                starts.put("epoch " + epochs, rig.save());
            }
            starts.forEach((name, start) -> ofFirst.put(name, trajectory(rig, start)));
            report.progress("trajectories of " + first);
        }
        try (Rig rig = bench.rig(Workbench.engine(second), AmpChoice.FALSE)) {
            report.line("second engine: %s", rig.description());
            starts.forEach((name, start) -> {
                Map<String, Trajectory> runs = new LinkedHashMap<>();
                Trajectory expected = trajectory(rig, start);
                runs.put(first, ofFirst.get(name));
                runs.put(ONE, trajectory(rig, perturbedOnce(start, rig)));
                runs.put(ALL, trajectory(rig, perturbed(start)));
                report.progress("trajectories of " + second + " from " + name);
                compare(name, rig, expected, runs);
            });
        }
    }

    private Trajectory trajectory(Rig rig, Training start) {
        rig.restore(start);
        List<Rig.Step> done = new ArrayList<>();
        Map<Integer, float[]> parameters = new TreeMap<>();
        rig.read((batch, epoch) -> {
            done.add(rig.step(batch, epoch, true));
            if (OBSERVED.contains(done.size())) {
                parameters.put(done.size(), rig.state().read("parameters"));
            }
            return done.size() < iterations;
        });
        return new Trajectory(done, parameters, rig.save());
    }

    /// Changes the largest weight of the model's first convolution.
    private static Training perturbedOnce(Training start, Rig rig) {
        float[] parameters = start.buffers().get("parameters");
        var slot = rig.layout().parameters().get("model.0.conv.weight");
        int largest = IntStream.range((int) slot.offset(), (int) slot.end()).boxed()
                .max((a, b) -> Float.compare(Math.abs(parameters[a]), Math.abs(parameters[b]))).orElseThrow();
        return start.withElement("parameters", largest, (float) (parameters[largest] * (1 + PERTURBATION)));
    }

    /// Changes every weight at random, with a standard deviation of the perturbation over the square root of three.
    private static Training perturbed(Training start) {
        SplittableRandom random = new SplittableRandom(1);
        float[] parameters = start.buffers().get("parameters").clone();
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] = (float) (parameters[i] * (1 + PERTURBATION * random.nextDouble(-1, 1)));
        }
        return start.with("parameters", parameters);
    }

    private void compare(String start, Rig rig, Trajectory expected, Map<String, Trajectory> runs) {
        write(start, second, expected);
        report.line("");
        report.line("from %s: relative differences from %s after iteration", start, second);
        report.line("%-12s %-16s %s", "run", "", columns(expected.parameters().keySet().stream()
                .map(iteration -> String.format("%9d", iteration)).toList()));
        runs.forEach((name, run) -> {
            write(start, name, run);
            List<String> losses = new ArrayList<>();
            List<String> weights = new ArrayList<>();
            expected.parameters().forEach((iteration, parameters) -> {
                Rig.Step actual = run.steps().get(iteration - 1);
                Rig.Step wanted = expected.steps().get(iteration - 1);
                double loss = relative(actual.total(), wanted.total());
                double l2 = Difference.relative(run.parameters().get(iteration), parameters);
                losses.add(String.format("%9.1e", Math.abs(loss)));
                weights.add(String.format("%9.1e", l2));
                parting.row(start, iteration, name, loss, relative(actual.norm(), wanted.norm()), l2);
            });
            report.line("%-12s %-16s %s", name, "loss", columns(losses));
            report.line("%-12s %-16s %s", "", "parameters, l2", columns(weights));
        });
        bias(start, expected, runs);
        buffers(start, rig, expected, runs);
        verdict(start, expected, runs);
    }

    private static String columns(List<String> cells) {
        return String.join(" ", cells);
    }

    private static double relative(double actual, double expected) {
        return (actual - expected) / expected;
    }

    private void write(String start, String name, Trajectory run) {
        for (int i = 0; i < run.steps().size(); i++) {
            Rig.Step step = run.steps().get(i);
            steps.row(start, name, i, step.items().get(LossTerm.BOX), step.items().get(LossTerm.CLASS),
                    step.items().get(LossTerm.DISTANCE), step.norm(),
                    step.updated());
        }
    }

    /// Mean relative difference of each loss term over all iterations, with its standard error.
    private void bias(String start, Trajectory expected, Map<String, Trajectory> runs) {
        report.line("from %s: mean difference over %d iterations, %% (standard error)", start, iterations);
        Map<String, ToDoubleFunction<LossItems>> terms = new LinkedHashMap<>();
        terms.put("box", items -> items.get(LossTerm.BOX));
        terms.put("class", items -> items.get(LossTerm.CLASS));
        terms.put("dfl", items -> items.get(LossTerm.DISTANCE));
        runs.forEach((name, run) -> {
            StringBuilder line = new StringBuilder();
            terms.forEach((term, value) -> line.append(mean(term, run, expected,
                    step -> value.applyAsDouble(step.items()))));
            report.line("%-12s%s%s", name, line, mean("gradient norm", run, expected, Rig.Step::norm));
        });
    }

    private static String mean(String term, Trajectory run, Trajectory expected, ToDoubleFunction<Rig.Step> value) {
        double[] differences = IntStream.range(0, expected.steps().size()).mapToDouble(i -> 100 * relative(
                value.applyAsDouble(run.steps().get(i)), value.applyAsDouble(expected.steps().get(i)))).toArray();
        return String.format(" %s %+.4f (%.4f)", term, Difference.mean(differences), Difference.error(differences));
    }

    /// Relative differences of the final state, tensor by tensor; the summary has medians and maxima.
    private void buffers(String start, Rig rig, Trajectory expected, Map<String, Trajectory> runs) {
        report.line("from %s: final state, relative l2 of a tensor: median, maximum (its name)", start);
        for (String buffer : BUFFERS) {
            if (!rig.state().has(buffer)) {
                continue;
            }
            Map<String, float[]> wanted = Difference.tensors(rig.layout(), buffer,
                    expected.end().buffers().get(buffer));
            runs.forEach((name, run) -> {
                Map<String, Double> differences = new LinkedHashMap<>();
                Difference.tensors(rig.layout(), buffer, run.end().buffers().get(buffer)).forEach((tensor, values) -> {
                    differences.put(tensor, Difference.relative(values, wanted.get(tensor)));
                    tensors.row(start, name, buffer, tensor, values.length, differences.get(tensor));
                });
                String worst = differences.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow()
                        .getKey();
                report.line("%-12s %-12s %.2e %.2e (%s)", buffer, name, Difference.median(differences.values().stream()
                        .mapToDouble(Double::doubleValue).toArray()), differences.get(worst), worst);
            });
        }
    }

    /// Engines round in every op from the first step on, a perturbed run only differs at its start: what counts is
    /// whether the distance grows by a larger factor.
    private void verdict(String start, Trajectory expected, Map<String, Trajectory> runs) {
        int early = expected.parameters().keySet().stream().filter(i -> i >= OBSERVED.get(2)).findFirst()
                .orElse(OBSERVED.getFirst());
        int last = expected.parameters().keySet().stream().reduce((a, b) -> b).orElseThrow();
        runs.forEach((name, run) -> report.line("from %s: %s: parameters part by a factor of %.3g from iteration %d to"
                + " %d, to %.2e", start, name, distance(run, expected, last) / distance(run, expected, early), early,
                last, distance(run, expected, last)));
        double ratio = distance(runs.get(first), expected, last) / distance(runs.get(ALL), expected, last);
        report.line("from %s: at the end %s is %.2f times as far from %s as the run with all weights perturbed: %s",
                start, first, ratio, second,
                ratio <= 2 ? "NOT faster than the yardstick" : "FASTER than the yardstick");
    }

    private static double distance(Trajectory run, Trajectory expected, int iteration) {
        return Difference.relative(run.parameters().get(iteration), expected.parameters().get(iteration));
    }
}
