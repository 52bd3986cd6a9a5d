package io.yolofit.bench;

import io.yolofit.api.device.RankDevices;
import io.yolofit.app.console.Console;
import io.yolofit.engine.Engine;
import io.yolofit.engine.EngineProviders;
import io.yolofit.engine.Executable;
import io.yolofit.engine.LinkTrace;
import io.yolofit.engine.comm.Communicator;
import io.yolofit.graph.DType;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.pass.Ranks;
import io.yolofit.train.options.DeviceChoice;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.Options;
import io.yolofit.train.ranks.Launch;
import io.yolofit.train.ranks.RankThreads;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.model.Model;
import java.util.List;

/// Training steps of several devices together against the first of them alone, with the images on the devices: images
/// per second and scaling, with batch norm over all ranks and over each; then a trace of rank 0, which shows what part
/// of each sum over ranks is exposed ([TraceText]).
///
/// Arguments: model, batch of a device, image size, steps, devices (`0,1` or `cpu,cpu`), precision. Steps are launched
/// one ahead, as in training; the first quarter is not counted.
public final class RankBenchmark {
    private static final int CLASSES = 80;
    private static final int OBJECTS = 8;

    private final Model model;
    private final int batch;
    private final int size;
    private final int steps;
    private final DType precision;
    private final Console console = Console.ofSystem();

    private RankBenchmark(Model model, int batch, int size, int steps, DType precision) {
        this.model = model;
        this.batch = batch;
        this.size = size;
        this.steps = steps;
        this.precision = precision;
    }

    public static void main(String[] arguments) throws Exception {
        String name = arguments.length > 0 ? arguments[0] : "yolov8s";
        int batch = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 64;
        int size = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 640;
        int steps = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 60;
        String devices = arguments.length > 4 ? arguments[4] : "0,1";
        DType precision = arguments.length > 5 ? DType.valueOf(arguments[5]) : DType.F16;
        new RankBenchmark(Model.of(ArchitectureCatalog.find(name), CLASSES), batch, size, steps, precision)
                .compare(name, devices);
    }

    /// @param images per second, of all devices
    /// @param trace  of rank 0
    private record Measured(double images, LinkTrace trace) {
    }

    private void compare(String name, String list) throws Exception {
        DeviceChoice all = DeviceChoice.parse(list).orElseThrow(() -> new IllegalArgumentException(list));
        String first = list.split(",")[0];
        double one = measure(DeviceChoice.parse(first).orElseThrow(), true).images;
        console.line("%s, batch %d a device, %d px, %s: device=%s %.1f img/s".formatted(name, batch, size,
                precision.text(), first, one));
        for (boolean syncBn : new boolean[] {true, false}) {
            Measured measured = measure(all, syncBn);
            double several = measured.images;
            console.line("    device=%s sync_bn=%b %.1f img/s, %.1f %% of %d devices".formatted(list, syncBn, several,
                    100 * several / (all.count() * one), all.count()));
            TraceText.of(measured.trace).forEach(line -> console.line("        " + line));
        }
    }

    private Measured measure(DeviceChoice choice, boolean syncBn) throws Exception {
        Options options = Options.defaults(Mode.TRAIN);
        RankDevices devices = RankDevices.of(choice, false, Launch.ALONE, EngineProviders::devices);
        RankDevices.Group group = devices.meet(options, "benchmark", console, () -> false);
        Ranks ranks = devices.isAlone() ? Ranks.ONE : new Ranks(devices.ranks(), syncBn);
        List<Communicator> ends = group.ends();
        return RankThreads.run(ends, rank -> {
            try (Engine engine = devices.open(rank, group, options);
                    TrainingBench bench = new TrainingBench(engine, model, batch, size, precision, OBJECTS,
                            Update.Rule.SGD, engine.recompute(), false, ranks)) {
                rank.barrier();
                double own = time(bench);
                rank.barrier();
                LinkTrace trace = bench.trace();
                rank.barrier(); // before one closes its communicator
                return new Measured(batch * devices.ranks() / own, trace);
            }
        });
    }

    /// Median seconds of a step, launch to launch.
    private double time(TrainingBench bench) {
        double[] times = new double[steps - steps / 4];
        Executable.Fetch pending = bench.launch();
        long start = System.nanoTime();
        for (int step = 0; step < steps; step++) {
            Executable.Fetch next = bench.launch();
            pending.get();
            pending = next;
            long now = System.nanoTime();
            if (step >= steps / 4) {
                times[step - steps / 4] = (now - start) / 1e9;
            }
            start = now;
        }
        pending.get();
        return TrainingBench.median(times);
    }
}
