package io.yolofit.bench;

import io.yolofit.api.device.RankDevices;
import io.yolofit.app.console.Console;
import io.yolofit.engine.DeviceMemoryReport;
import io.yolofit.engine.Engine;
import io.yolofit.engine.EngineProviders;
import io.yolofit.engine.Executable;
import io.yolofit.engine.GpuEngine;
import io.yolofit.engine.LinkTrace;
import io.yolofit.engine.comm.Communicator;
import io.yolofit.engine.comm.LocalGroup;
import io.yolofit.graph.DType;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.pass.Ranks;
import io.yolofit.train.options.DeviceChoice;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.Options;
import io.yolofit.train.plan.ProcessMemory;
import io.yolofit.train.ranks.Launch;
import io.yolofit.train.ranks.RankThreads;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.model.Model;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/// Training steps of several devices together against one of them alone, with the images on the devices: images per
/// second and scaling, with batch norm over all ranks and over each; a trace of rank 0, which shows what part of each
/// sum over ranks is exposed ([TraceText]); and the memory of each device, planned and measured.
///
/// Arguments: model, batch of a device, image size, steps, groups of devices, precision. Groups are separated by `/`:
/// one device (`0`), devices that train together (`0,1` or `cpu,cpu`), or devices that train at the same time and
/// independently of each other (`0+1`). All are compared with the first group, which is one device. The last group, if
/// it trains together, is also measured with one and with eight buckets of gradients.
///
/// Steps are launched one ahead, as in training; the first quarter is not counted. A measurement that fails is
/// reported, and the others follow.
public final class RankBenchmark {
    private static final int CLASSES = 80;
    private static final int OBJECTS = 8;
    private static final int PLANNED_BUCKETS = 0;
    private static final int[] OTHER_BUCKETS = {1, 8};
    private static final double MEBI = 1 << 20;

    private final Model model;
    private final int batch;
    private final int size;
    private final int steps;
    private final DType precision;
    private final Console console = Console.ofSystem();
    private final Options options = Options.defaults(Mode.TRAIN);
    private double one = Double.NaN;
    private boolean failed;

    private RankBenchmark(Model model, int batch, int size, int steps, DType precision) {
        this.model = model;
        this.batch = batch;
        this.size = size;
        this.steps = steps;
        this.precision = precision;
    }

    public static void main(String[] arguments) {
        String name = arguments.length > 0 ? arguments[0] : "yolov8s";
        int batch = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 64;
        int size = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 640;
        int steps = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 60;
        String[] groups = (arguments.length > 4 ? arguments[4] : "0/0,1").split("/");
        DType precision = arguments.length > 5 ? DType.valueOf(arguments[5]) : DType.F16;
        var benchmark = new RankBenchmark(Model.of(ArchitectureCatalog.find(name), CLASSES), batch, size, steps,
                precision);
        benchmark.console.line("%s, batch %d a device, %d px, %s".formatted(name, batch, size, precision.text()));
        for (int group = 0; group < groups.length; group++) {
            benchmark.compare(groups[group], group == groups.length - 1);
        }
        System.exit(benchmark.failed ? 1 : 0); // a rank that hangs does not keep the process
    }

    /// @param step   median seconds, launch to launch
    /// @param trace  of a step
    /// @param memory planned and measured; empty on the CPU
    private record Measured(double step, LinkTrace trace, Optional<String> memory) {
    }

    private void compare(String group, boolean last) {
        if (group.contains("+")) {
            String[] devices = group.split("\\+");
            attempt("device=" + group + ", independent", () -> independent(devices)).ifPresent(all ->
                    console.line("        by device: " + String.join(", ", all.stream().map(measured ->
                            "%.2f ms".formatted(1e3 * measured.step)).toList())));
            return;
        }
        DeviceChoice choice = DeviceChoice.parse(group).orElseThrow(() -> new IllegalArgumentException(group));
        if (choice.count() == 1) {
            attempt("device=" + group, () -> together(choice, Ranks.ONE)).ifPresent(all ->
                    all.getFirst().memory.ifPresent(text -> console.line("        " + text)));
            return;
        }
        together(group, choice, true, PLANNED_BUCKETS);
        together(group, choice, false, PLANNED_BUCKETS);
        for (int buckets : last ? OTHER_BUCKETS : new int[0]) {
            together(group, choice, false, buckets);
        }
    }

    private void together(String group, DeviceChoice choice, boolean syncBn, int buckets) {
        Ranks links = new Ranks(choice.count(), syncBn);
        Ranks ranks = buckets == PLANNED_BUCKETS ? links : links.withBuckets(buckets);
        String title = "device=%s sync_bn=%b%s".formatted(group, syncBn, buckets == PLANNED_BUCKETS ? ""
                : " buckets=" + buckets);
        attempt(title, () -> together(choice, ranks)).ifPresent(all -> {
            TraceText.of(all.getFirst().trace).forEach(line -> console.line("        " + line));
            for (int rank = 0; rank < all.size() && syncBn; rank++) {
                String prefix = "        rank " + rank + ": ";
                all.get(rank).memory.ifPresent(text -> console.line(prefix + text));
            }
        });
    }

    /// The measurements of some devices, with a line that compares them with one device.
    private Optional<List<Measured>> attempt(String title, Callable<List<Measured>> work) {
        long start = System.nanoTime();
        try {
            List<Measured> all = work.call();
            double images = all.stream().mapToDouble(measured -> batch / measured.step).sum();
            one = Double.isNaN(one) ? images : one;
            console.line("    %s %.1f img/s, %.2f ms a step, %.1f %% of %d times the first; measured in %.1f s"
                    .formatted(title, images, 1e3 * all.getFirst().step, 100 * images / (all.size() * one),
                            all.size(), (System.nanoTime() - start) / 1e9));
            return Optional.of(all);
        } catch (Exception failure) {
            failed = true;
            console.line("    %s FAILED after %.1f s: %s".formatted(title, (System.nanoTime() - start) / 1e9, failure));
            return Optional.empty();
        }
    }

    private static RankDevices devices(DeviceChoice choice) {
        return RankDevices.of(choice, false, Launch.ALONE, EngineProviders::devices);
    }

    /// One rank, or several that train together.
    private List<Measured> together(DeviceChoice choice, Ranks ranks) throws Exception {
        RankDevices devices = devices(choice);
        RankDevices.Group group = devices.meet(options, "benchmark", console, () -> false);
        Measured[] all = new Measured[devices.ranks()];
        RankThreads.run(group.ends(), rank -> {
            try (Engine engine = devices.open(rank, group, options)) {
                all[rank.rank()] = measure(engine, rank, ranks);
            }
            return all;
        });
        return List.of(all);
    }

    /// A training on each device, all at the same time.
    private List<Measured> independent(String[] names) throws Exception {
        Measured[] all = new Measured[names.length];
        RankThreads.run(LocalGroup.of(List.of(names)), rank -> {
            RankDevices devices = devices(DeviceChoice.parse(names[rank.rank()]).orElseThrow());
            RankDevices.Group alone = devices.meet(options, "benchmark", console, () -> false);
            try (Engine engine = devices.open(alone.ends().getFirst(), alone, options)) {
                all[rank.rank()] = measure(engine, rank, Ranks.ONE);
            }
            return all;
        });
        return List.of(all);
    }

    /// @param together all threads that measure at the same time
    private Measured measure(Engine engine, Communicator together, Ranks ranks) {
        try (TrainingBench bench = new TrainingBench(engine, model, batch, size, precision, OBJECTS, Update.Rule.SGD,
                engine.recompute(), false, ranks)) {
            together.barrier();
            double step = time(bench);
            together.barrier();
            LinkTrace trace = bench.trace();
            Optional<String> memory = engine instanceof GpuEngine gpu
                    ? Optional.of(text(bench.plannedMemory(), gpu)) : Optional.empty();
            together.barrier(); // before one closes its communicator
            return new Measured(step, trace, memory);
        }
    }

    /// Planned memory of a process on a device, and the increase that the device reports.
    private static String text(ProcessMemory planned, GpuEngine gpu) {
        DeviceMemoryReport measured = gpu.memory();
        return "planned " + text(planned.arena(), planned.links(), planned.context() + planned.graphs())
                + ", measured " + text(measured.arenaBytes(), gpu.linkBytes(),
                        measured.contextBytes() - gpu.linkBytes());
    }

    private static String text(long arena, long links, long other) {
        return "%.0f MiB (arena %.1f, NCCL %.0f, other %.0f)".formatted((arena + links + other) / MEBI, arena / MEBI,
                links / MEBI, other / MEBI);
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
