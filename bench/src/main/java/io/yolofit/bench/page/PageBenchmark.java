package io.yolofit.bench.page;

import io.yolofit.api.device.Engines;
import io.yolofit.api.model.ModelInput;
import io.yolofit.api.run.Reservation;
import io.yolofit.api.run.RunModel;
import io.yolofit.app.console.Console;
import io.yolofit.app.live.LivePage;
import io.yolofit.data.dataset.Dataset;
import io.yolofit.data.importing.DataSource;
import io.yolofit.engine.Engine;
import io.yolofit.train.event.TrainingEvent.Rates;
import io.yolofit.train.event.TrainingEvent.Step;
import io.yolofit.train.event.TrainingEvents;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.OptionTable;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.OptionsParser;
import io.yolofit.train.options.value.PageAddress;
import io.yolofit.train.program.LossItems;
import io.yolofit.train.trainer.ModelChoice;
import io.yolofit.train.trainer.Trainer;
import io.yolofit.train.trainer.TrainingData;
import io.yolofit.train.trainer.TrainingSetup;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Effect of the page on the time of a step. One run in one process: blocks of steps whose events the page gets, which
/// clients watch, of which half never read, alternate with blocks of which nobody gets the events. What disturbs the
/// machine for longer than a block meets both; the median of the ratios of pairs ignores what is shorter.
///
/// Prints the median of the ratios with its confidence interval: wall time, and CPU time of the thread that trains, on
/// which all work of the page would be that delays a step. With `threads=1` that thread does all work of a step, and
/// its CPU time hardly depends on other load.
///
/// Arguments: pairs of blocks, steps of a block, clients, then options of `train`, such as `model=yolov8n
/// data=data.yaml`. A block should last for a second or more: the page renders at most every 0.4 s. With 0 clients the
/// blocks are equal, which shows the noise of the machine. Or `events`, steps and clients: what the thread that trains
/// pays for the events of steps, without a training. For the clients: `clients`, port and number.
public final class PageBenchmark {
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS_PER_MICRO = 1e3;
    private static final LossItems LOSSES = LossItems.of(1.5, 2.5, 3.5);
    /// Nothing but steps; the clock ends the run.
    private static final List<String> STEPS_ONLY = List.of("epochs=100000", "val=false", "save=false", "plots=false");

    private PageBenchmark() {
    }

    public static void main(String[] arguments) throws Exception {
        Console console = Console.ofSystem();
        if (arguments[0].equals("clients")) {
            PageClients.watch(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]),
                    () -> console.line("connected"));
            return;
        }
        if (arguments[0].equals("events")) {
            publish(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
            return;
        }
        int pairs = Integer.parseInt(arguments[0]);
        int blockSteps = Integer.parseInt(arguments[1]);
        int clients = Integer.parseInt(arguments[2]);
        List<String> words = new ArrayList<>(STEPS_ONLY);
        words.addAll(List.of(arguments).subList(3, arguments.length));
        var clock = new BlockClock(blockSteps, pairs, System::nanoTime, done -> console.line(
                "pair %d: a step takes %.2f ms without and %.2f ms with the page; so far %s, CPU time %s".formatted(
                        done.wall().size(), done.lastWall(false) / NANOS_PER_MILLI,
                        done.lastWall(true) / NANOS_PER_MILLI, done.wall().estimate().text(),
                        done.cpu().estimate().text())));
        train(OptionsParser.parse(Mode.TRAIN, words), clients, clock, console);
        console.line("%d pairs of %d steps, %d clients: the page adds to the time of a step %s, to the CPU time of the "
                .formatted(clock.wall().size(), blockSteps, clients, clock.wall().estimate().text())
                + "thread that trains " + clock.cpu().estimate().text());
    }

    /// One run until the clock is done.
    private static void train(Options given, int clients, BlockClock clock, Console console) throws Exception {
        Dataset dataset = DataSource.load(Path.of(given.get(OptionTable.DATA)), console::line);
        ModelChoice choice = RunModel.of(given, RunModel.names(given, dataset), console);
        Options options = ModelInput.withImageSize(given, choice.model(), console);
        Path folder = Files.createTempDirectory("page-benchmark");
        int port = PageClients.freePort();
        try (Engine engine = Engines.open(options, console)) {
            TrainingSetup setup = new Reservation(engine, options, choice, dataset).reserved(_ -> { }, console);
            try (TrainingData data = TrainingData.open(setup.images(), setup.options(), engine::hostMemory,
                    console::line);
                    LivePage page = LivePage.of(clients > 0 ? address(port) : PageAddress.OFF, folder, () -> 0,
                            console);
                    var none = new TrainingEvents(() -> false);
                    TrainingEvents watched = page.listen(new TrainingEvents(() -> false));
                    PageClients _ = clients > 0 ? PageClients.start(port, clients) : null;
                    var trainer = new Trainer(setup, data, folder, new SwitchedListener(none, watched, clock))) {
                trainer.run();
            }
        }
    }

    private static PageAddress address(int port) {
        return new PageAddress(true, Optional.empty(), Optional.of(port));
    }

    /// Publishes steps, one each millisecond, with a page and without one; prints the CPU time of a step.
    private static void publish(int steps, int clients) throws Exception {
        Console console = Console.ofSystem();
        Path folder = Files.createTempDirectory("page-benchmark");
        for (boolean page : new boolean[] {false, true, false, true}) {
            int port = PageClients.freePort();
            try (LivePage live = LivePage.of(page ? address(port) : PageAddress.OFF, folder, () -> 0, console.quiet());
                    TrainingEvents events = live.listen(new TrainingEvents(() -> false));
                    PageClients _ = page ? PageClients.start(port, clients) : null) {
                var beans = ManagementFactory.getThreadMXBean();
                long cpu = 0;
                for (int step = 1; step <= steps; step++) {
                    var event = new Step(1, step, steps, 16, LOSSES, LOSSES, new Rates(0.01, 0.01, 0.01));
                    long start = beans.getCurrentThreadCpuTime();
                    events.publish(event);
                    cpu += beans.getCurrentThreadCpuTime() - start;
                    Thread.sleep(1);
                }
                console.line("%s: %.2f microseconds a step".formatted(page ? clients + " clients" : "no page",
                        cpu / NANOS_PER_MICRO / steps));
            }
        }
    }
}
