package io.yolofit.api.device;

import static io.yolofit.train.options.OptionTable.DEVICE;
import static io.yolofit.train.options.OptionTable.TF32;
import static io.yolofit.train.options.OptionTable.THREADS;

import io.yolofit.base.Failure;
import io.yolofit.base.Messages;
import io.yolofit.engine.Devices;
import io.yolofit.engine.Engine;
import io.yolofit.engine.EngineProviders;
import io.yolofit.engine.GpuInfo;
import io.yolofit.engine.comm.Communicator;
import io.yolofit.engine.comm.Hello;
import io.yolofit.engine.comm.LocalGroup;
import io.yolofit.engine.comm.Rendezvous;
import io.yolofit.train.options.DeviceChoice;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.Origin;
import io.yolofit.train.plan.Slot;
import io.yolofit.train.ranks.Launch.Drives;
import io.yolofit.train.ranks.Launch;
import io.yolofit.train.ranks.PlanCheck;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.BiPredicate;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// The ranks of a process and their devices, from `device=` and the launcher.
///
/// @param launch how the process was started
/// @param local  the device of each rank of this process
public record RankDevices(Launch launch, List<DeviceSelection> local) {
    /// Share of the free memory below which a GPU is in use by others.
    private static final double IDLE = .9;
    private static final Duration MEETING = Duration.ofMinutes(5);

    public RankDevices {
        local = List.copyOf(local);
    }

    /// The ranks of this process, as its launcher started it.
    ///
    /// @throws DeviceSelection.NotThere if a requested GPU cannot be used
    /// @throws io.yolofit.train.ranks.LaunchException if the variables of the launcher contradict each other
    public static RankDevices ofProcess(Options options) {
        return of(options.get(DEVICE), options.origin(DEVICE) == Origin.FILE, Launch.of(System.getenv()),
                EngineProviders::devices);
    }

    /// @param fromFile whether the option is from a file, perhaps of another machine: absent GPUs then mean `auto`
    /// @param found    the GPUs of this machine; asked only if one is needed
    /// @throws DeviceSelection.NotThere if a requested GPU cannot be used
    public static RankDevices of(DeviceChoice choice, boolean fromFile, Launch launch, Supplier<Devices> found) {
        if (fromFile && choice instanceof DeviceChoice.Gpus(var numbers) && numbers.size() > 1) {
            Devices devices = found.get();
            Optional<Integer> missing = numbers.stream().filter(number -> devices.usable().stream()
                    .noneMatch(gpu -> gpu.index() == number)).findFirst();
            if (missing.isPresent()) { // of another machine
                return new RankDevices(launch, List.of(DeviceSelection.of(DeviceChoice.gpu(missing.get()), true,
                        devices)));
            }
        }
        boolean alone = !launch.isDistributed() && !(launch.drives() instanceof Drives.All(var wanted)
                && wanted.isPresent());
        if (alone && choice.count() == 1) {
            return new RankDevices(launch, List.of(DeviceSelection.of(choice, fromFile,
                    choice.equals(DeviceChoice.CPU) ? Devices.none("") : found.get())));
        }
        return new RankDevices(launch, switch (launch.drives()) {
            case Drives.One(int index) -> List.of(one(choice, index, launch, found));
            case Drives.All(var wanted) -> all(choice, wanted, found);
        });
    }

    private static List<DeviceSelection> all(DeviceChoice choice, OptionalInt wanted, Supplier<Devices> found) {
        return switch (choice) {
            case DeviceChoice.Cpu() -> List.of(cpu());
            case DeviceChoice.Cpus(int ranks) -> Collections.nCopies(ranks, cpu());
            case DeviceChoice.Gpus(var numbers) -> {
                Devices devices = found.get();
                yield numbers.stream().map(number -> gpu(number, devices)).toList();
            }
            case DeviceChoice.Auto() -> everyGpu(wanted, found.get());
        };
    }

    /// Every GPU that a process can see; without one, the CPU, whatever number of processes a launcher derives from its
    /// cores.
    private static List<DeviceSelection> everyGpu(OptionalInt wanted, Devices devices) {
        List<GpuInfo> usable = devices.usable();
        if (usable.isEmpty()) {
            return List.of(cpu());
        }
        int count = wanted.orElse(usable.size());
        if (count > usable.size()) {
            throw new DeviceSelection.NotThere(Failure.naming("device=auto", "the launcher wants " + count
                    + " GPUs, but this process can use " + usable.size(), "give their numbers as device="));
        }
        return usable.subList(0, count).stream().map(RankDevices::selected).toList();
    }

    private static DeviceSelection one(DeviceChoice choice, int index, Launch launch, Supplier<Devices> found) {
        return switch (choice) {
            case DeviceChoice.Cpu() -> cpu();
            case DeviceChoice.Cpus _ -> cpu();
            case DeviceChoice.Gpus(var numbers) -> {
                if (index >= numbers.size()) {
                    throw new DeviceSelection.NotThere(Failure.naming("device=" + choice, "device=" + choice
                            + " names " + numbers.size() + " GPU, but " + launch.source()
                            + " starts more processes on this host", "leave device= out, or name a GPU for each"));
                }
                yield gpu(numbers.get(index), found.get());
            }
            case DeviceChoice.Auto() -> ofProcess(index, launch, found.get().usable());
        };
    }

    /// The GPU of a process. A launcher may show each process its own GPU only.
    private static DeviceSelection ofProcess(int index, Launch launch, List<GpuInfo> usable) {
        if (usable.isEmpty()) {
            return cpu();
        }
        if (index >= usable.size() && usable.size() > 1) {
            throw new DeviceSelection.NotThere(Failure.naming(launch.source(), launch.source()
                    + " starts more processes on this host than its " + usable.size() + " GPUs", ""));
        }
        return selected(usable.get(usable.size() == 1 ? 0 : index));
    }

    private static DeviceSelection gpu(int number, Devices devices) {
        return DeviceSelection.of(DeviceChoice.gpu(number), false, devices);
    }

    private static DeviceSelection selected(GpuInfo gpu) {
        return new DeviceSelection(Optional.of(gpu), "");
    }

    private static DeviceSelection cpu() {
        return new DeviceSelection(Optional.empty(), "");
    }

    /// Number of ranks of all processes, which have as many each.
    public int ranks() {
        return launch.processes() * local.size();
    }

    /// Whether the run has one rank.
    public boolean isAlone() {
        return ranks() == 1;
    }

    /// Whether the ranks of this process are on GPUs.
    public boolean isOnGpus() {
        return local.getFirst().gpu().isPresent();
    }

    /// The place of a rank in the run.
    public static Slot slot(Communicator rank) {
        return new Slot(rank.rank(), rank.ranks());
    }

    /// Threads of each rank: `threads=`, or else its share of the cores.
    private int threads(Options options) {
        return options.get(THREADS) > 0 || isAlone() ? options.get(THREADS) : Math.max(1,
                Runtime.getRuntime().availableProcessors() / (launch.oneHost() ? ranks() : local.size()));
    }

    /// The ranks of this process in their group.
    ///
    /// @param ends one per rank of this process
    /// @param id   of the group's GPUs; empty on CPUs
    public record Group(List<Communicator> ends, byte[] id) {
        /// Ends the group: ranks that wait for others fail with the reason.
        public void abort(String reason) {
            ends.getFirst().abort(reason);
        }
    }

    /// The device of a rank of this process.
    public DeviceSelection device(Communicator rank) {
        return local.get(rank.rank() - launch.process() * local.size());
    }

    /// Opens the engine of a rank, in its thread.
    public Engine open(Communicator rank, Group group, Options options) {
        DeviceSelection device = device(rank);
        if (device.gpu().isEmpty()) {
            return Engines.cpu(rank, threads(options));
        }
        var engine = Engines.gpu(rank, group.id, device.gpu().get(), options.get(TF32));
        rank.onFailure(_ -> engine.abortCollectives());
        return engine;
    }

    /// The group of all ranks. Processes meet at the address of the launcher.
    ///
    /// @param version of this program, which must be the same everywhere
    /// @param stop    whether the user has stopped the run
    /// @throws io.yolofit.engine.comm.MeetingStoppedException if the user stops the run
    /// @throws io.yolofit.engine.comm.CommunicationException if they do not meet
    public Group meet(Options options, String version, Messages console, BooleanSupplier stop) {
        launch.text().ifPresent(console::line);
        local.stream().map(DeviceSelection::why).filter(why -> !why.isEmpty()).forEach(console::line);
        if (isAlone()) {
            return new Group(List.of(Communicator.alone()), new byte[0]);
        }
        requireSimilar();
        warnings((gpu, other) -> EngineProviders.gpu().arePeers(gpu, other)).forEach(console::warn);
        int first = launch.process() * local.size();
        List<Hello> hellos = IntStream.range(0, local.size()).mapToObj(rank -> new Hello(first + rank, ranks(), host(),
                name(local.get(rank)), version, launch.job(), PlanCheck.facts(options))).toList();
        if (!launch.isDistributed()) {
            return new Group(LocalGroup.of(hellos.stream().map(Hello::name).toList()), id());
        }
        var rendezvous = new Rendezvous(launch.host(), launch.port(), launch.oneHost(), MEETING, console::line,
                stop);
        List<Rendezvous.Group> groups = together(hellos.stream().<Callable<Rendezvous.Group>>map(hello ->
                () -> rendezvous.meet(hello, this::id)).toList());
        return new Group(groups.stream().map(Rendezvous.Group::communicator).toList(), groups.getFirst().bytes());
    }

    /// Refuses GPUs so different that some of them alone are faster: slices are equal, so all take as long as the
    /// slowest.
    ///
    /// @throws DeviceSelection.NotThere with the GPUs to use instead
    void requireSimilar() {
        List<GpuInfo> gpus = local.stream().flatMap(device -> device.gpu().stream()).toList();
        UnequalGpus.faster(gpus).ifPresent(better -> {
            throw new DeviceSelection.NotThere(better);
        });
    }

    /// Warnings about GPUs of different kinds, about those that other processes use, and about slow links.
    ///
    /// @param peers whether two GPUs copy to each other directly
    List<String> warnings(BiPredicate<Integer, Integer> peers) {
        List<GpuInfo> gpus = local.stream().flatMap(device -> device.gpu().stream()).toList();
        List<String> warnings = new ArrayList<>();
        gpus.stream().filter(gpu -> !gpu.name().equals(gpus.getFirst().name())).findFirst().ifPresent(other ->
                warnings.add("GPU " + gpus.getFirst().index() + " (" + gpus.getFirst().name() + ") and GPU "
                        + other.index() + " (" + other.name() + ") differ: both have as many images of each batch, so"
                        + " every step takes as long as on the slower one"));
        gpus.stream().filter(gpu -> gpu.free() < IDLE * gpu.total()).forEach(gpu -> warnings.add(
                DeviceSelection.text(gpu) + " is in use by other processes, which may slow down every step of all"
                        + " ranks"));
        detour(gpus.stream().map(GpuInfo::index).toList(), peers).ifPresent(warnings::add);
        return warnings;
    }

    /// A warning about the first pair of GPUs that exchange through host memory.
    private static Optional<String> detour(List<Integer> gpus, BiPredicate<Integer, Integer> peers) {
        String all = String.join(",", gpus.stream().map(String::valueOf).toList());
        return gpus.stream().flatMap(gpu -> gpus.stream().filter(other -> gpu < other && !peers.test(gpu, other))
                .map(other -> "GPU " + gpu + " and GPU " + other + " exchange through host memory, so several GPUs may"
                        + " be slower than one; `yolofit doctor device=" + all + "` times it and says how to enable"
                        + " direct copies")).findFirst();
    }

    private byte[] id() {
        return isOnGpus() ? EngineProviders.gpu().newGroupId() : new byte[0];
    }

    private static String name(DeviceSelection device) {
        return device.gpu().map(gpu -> "GPU " + gpu.index()).orElse("cpu");
    }

    private static <T> List<T> together(List<Callable<T>> meetings) {
        List<FutureTask<T>> tasks = meetings.stream().map(FutureTask::new).toList();
        tasks.forEach(Thread.ofVirtual()::start);
        List<T> ends = new ArrayList<>();
        for (FutureTask<T> task : tasks) {
            try {
                ends.add(task.get());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting for other ranks", e);
            } catch (ExecutionException failed) {
                if (failed.getCause() instanceof RuntimeException reason) {
                    throw reason;
                }
                throw new IllegalStateException(failed.getCause());
            }
        }
        return ends;
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException _) {
            return "this host"; // a container without an entry for itself; the name is for messages only
        }
    }
}
