package io.yolofit.app.planning;

import static io.yolofit.train.options.OptionTable.JSON;

import io.yolofit.app.console.Units;
import io.yolofit.app.report.JsonText;
import io.yolofit.app.report.PlanReport;
import io.yolofit.app.report.PlanText;
import io.yolofit.base.ByteCount;
import io.yolofit.base.Troubleshooting;
import io.yolofit.train.options.Options;
import io.yolofit.train.plan.ProcessMemory;
import io.yolofit.train.plan.RunTimes;
import io.yolofit.train.plan.Target;
import io.yolofit.train.plan.search.Alternative;
import io.yolofit.train.plan.search.NothingFitsException;
import io.yolofit.train.plan.search.PlannedRun;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/// What the planner chose, for the console and for reports.
public final class PlannedText {
    private PlannedText() {}

    /// The choices with their reasons, and the alternatives as commands; empty if the run is as requested.
    ///
    /// @param typed as given by the user, for the commands
    public static List<String> lines(Options typed, PlannedRun run) {
        List<String> lines = new ArrayList<>();
        run.chosen().forEach(choice -> lines.add("chosen: " + choice));
        if (!run.chosen().isEmpty()) {
            ProcessMemory memory = run.plan().memory();
            run.plan().times().ifPresent(times -> lines.add("planned: " + Units.bytes(memory.total()) + " of "
                    + run.budget().text() + ", about " + Units.rate(times.images(), "img")
                    + hours(times.hours())));
        }
        if (!run.alternatives().isEmpty()) {
            lines.add("alternatives, estimated:");
            run.alternatives().forEach(other -> lines.addAll(lines(typed, other)));
        }
        return lines;
    }

    private static List<String> lines(Options typed, Alternative other) {
        return List.of("  " + CommandLine.of(typed, other.options(), other.changed()),
                "      " + memory(other) + (other.fits() ? "" : ", does not fit") + ", about "
                        + Units.rate(other.images(), "img") + hours(other.hours()) + "; " + other.effect());
    }

    private static String memory(Alternative run) {
        return run.precision() == Alternative.Precision.UPPER_BOUND ? "at most " + ByteCount.atMost(run.memory())
                : Units.bytes(run.memory());
    }

    private static String hours(OptionalDouble hours) {
        return hours.isEmpty() ? "" : ", " + Units.fixed(hours.getAsDouble(), 1) + " h";
    }

    /// The error message with the commands that fit.
    ///
    /// @param typed as given by the user, for the commands
    public static String message(NothingFitsException full, Options typed) {
        if (full.nearest().isEmpty()) {
            return full.getMessage() + "\nNo batch size, image size or recompute= makes it fit: free some memory, or "
                    + "use a smaller model\n" + Troubleshooting.OUT_OF_MEMORY.line();
        }
        List<String> lines = new ArrayList<>(List.of(full.getMessage(), "These fit:"));
        full.nearest().forEach(other -> lines.addAll(lines(typed, other)));
        lines.add(Troubleshooting.OUT_OF_MEMORY.line());
        return String.join("\n", lines);
    }

    /// A plan as the command prints it: as JSON with `json=true`, or else as text with the choices of the planner.
    ///
    /// @param typed as given by the user
    public static List<String> printed(Options typed, PlannedRun run, PlanReport report, PlanTarget device) {
        if (typed.get(JSON)) {
            return List.of(JsonText.of(report));
        }
        List<String> lines = new ArrayList<>(PlanText.lines(report));
        lines.add("");
        List<String> choices = lines(typed, run);
        lines.addAll(choices);
        if (!choices.isEmpty()) {
            lines.add("");
        }
        if (device.onCpu()) {
            lines.add("On the CPU, tensors are allocated in pieces; workspaces of its kernels are part of the "
                    + "estimated host memory.");
        } else if (device.absent()) {
            lines.add("On a GPU, the arena is the only allocation. Context and libraries are measured where a GPU is "
                    + "present.");
        }
        return lines;
    }

    /// The prediction of a plan, for its report.
    ///
    /// @param typed as given by the user, for the commands
    public static PlanReport.Prediction prediction(Options typed, PlannedRun run) {
        Target target = run.plan().target();
        ProcessMemory memory = run.plan().memory();
        RunTimes times = run.plan().times().orElseThrow();
        return new PlanReport.Prediction(target.name(), memory.context(), target.memory().measured(), memory.graphs(),
                run.plan().kernels(), memory.links(), memory.total(), run.budget().text(),
                new PlanReport.Times(times.step(), times.update(), times.validation(), times.images(),
                        number(times.epoch()), number(times.hours()), target.times().source()),
                run.chosen(), run.alternatives().stream().map(other -> new PlanReport.AlternativeRun(
                        CommandLine.of(typed, other.options(), other.changed()), other.memory(), other.fits(),
                        other.images(), number(other.hours()), other.effect())).toList());
    }

    private static Double number(OptionalDouble value) {
        return value.isPresent() ? Double.valueOf(value.getAsDouble()) : null;
    }
}
