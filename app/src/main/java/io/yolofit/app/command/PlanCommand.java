package io.yolofit.app.command;

import static io.yolofit.train.options.OptionTable.GPUS;
import static io.yolofit.train.options.OptionTable.JSON;
import static io.yolofit.train.options.OptionTable.REPORT;
import static io.yolofit.train.options.OptionTable.RESUME;

import io.yolofit.api.run.Targets;
import io.yolofit.app.console.Console;
import io.yolofit.app.page.PlanPage;
import io.yolofit.app.planning.GpuComparison;
import io.yolofit.app.planning.PlanRequest;
import io.yolofit.app.planning.PlanTarget;
import io.yolofit.app.planning.PlannedText;
import io.yolofit.app.report.GpuPlans;
import io.yolofit.app.report.GpuPlansText;
import io.yolofit.app.report.JsonText;
import io.yolofit.app.report.PlanReport;
import io.yolofit.train.options.Options;
import io.yolofit.train.plan.gpu.GpuModel;
import io.yolofit.train.plan.search.PlannedRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// `yolofit plan`: the memory of a training run. Needs neither a device nor a native library. If the GPU of the run is
/// present, the memory of context and libraries is measured on it. With a data set, the loader of this machine is
/// measured for about a second. Takes all options of `train`.
public final class PlanCommand implements Command {
    @Override
    public ExitCode run(Options given, Console console) throws IOException {
        if (given.get(RESUME).on()) {
            throw CommandException.usage("resume: a resumed run has the options of its run folder; plan them with "
                    + "cfg=<run folder>/args.yaml");
        }
        Console log = given.get(JSON) ? console.onErrors() : console;
        PlanRequest request = PlanRequest.of(given, log);
        List<GpuModel> cards = cards(request.options());
        Optional<GpuPlans> table = cards.isEmpty() ? Optional.empty() : Optional.of(request.on(cards));
        table.ifPresent(plans -> (given.get(JSON) ? List.of(JsonText.of(plans)) : GpuPlansText.lines(plans))
                .forEach(console::line));
        boolean onlyTable = table.isPresent() && (given.get(JSON) || cards.size() > 1);
        Optional<GpuModel> card = table.flatMap(plans -> plans.fitting(cards));
        if (onlyTable && given.find(REPORT).isEmpty()) {
            return card.isPresent() ? ExitCode.OK : ExitCode.FAILURE;
        }
        if (onlyTable && card.isEmpty()) {
            throw new CommandException("report=" + given.get(REPORT) + " was not written: the run fits on none of "
                    + "these GPUs; the table has the reasons");
        }
        PlanTarget device = cards.isEmpty() ? PlanTarget.of(request.options(), log)
                : new PlanTarget(Targets.of(card.orElse(cards.getFirst())), false, true);
        PlannedRun run = (cards.isEmpty() ? request : request.automatic()).planned(device);
        PlanReport report = request.report(given, run, device, log);
        if (given.find(REPORT).isPresent()) {
            PlanPage.of(report, run.plan(), table).write(Path.of(given.get(REPORT)));
            log.line("the plan was written to " + given.get(REPORT));
        }
        if (!onlyTable) {
            table.ifPresent(_ -> console.line(""));
            PlannedText.printed(given, run, report, device).forEach(console::line);
        }
        return ExitCode.OK;
    }

    /// The GPUs that `gpus=` names; none without it.
    private static List<GpuModel> cards(Options options) {
        try {
            return options.find(GPUS).isEmpty() ? List.of() : GpuComparison.named(options);
        } catch (IllegalArgumentException wrong) {
            throw CommandException.usage(wrong.getMessage());
        }
    }
}
