package io.yolofit.app.device;

import static io.yolofit.train.options.OptionTable.THREADS;

import io.yolofit.app.console.Console;
import io.yolofit.engine.comm.Communicator;
import io.yolofit.engine.comm.Hello;
import io.yolofit.engine.comm.LocalGroup;
import io.yolofit.engine.comm.Rendezvous;
import io.yolofit.engine.cpu.CpuEngine;
import io.yolofit.train.options.DeviceChoice;
import io.yolofit.train.options.Options;
import io.yolofit.train.plan.Slot;
import io.yolofit.train.ranks.Launch;
import io.yolofit.train.ranks.PlanCheck;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;

/// The ranks of a process on the CPU, from `device=` and the launcher. Ranks on GPUs are not supported yet.
///
/// @param launch how the process was started
/// @param local  number of ranks of this process
public record RankDevices(Launch launch, int local) {
    private static final Duration MEETING = Duration.ofMinutes(5);
    private static final String CPU = "cpu";

    /// @throws DeviceSelection.NotThere if GPUs are requested for several ranks
    public static RankDevices of(DeviceChoice choice, Launch launch) {
        boolean one = launch.drives() instanceof Launch.Drives.One;
        if (launch.isDistributed() && choice instanceof DeviceChoice.Gpus) {
            throw new DeviceSelection.NotThere("device=" + choice + ": the processes of " + launch.source()
                    + " cannot train on GPUs together yet; give device=cpu, or start one process with one GPU");
        }
        return new RankDevices(launch, one || !(choice instanceof DeviceChoice.Cpus(int ranks)) ? 1 : ranks);
    }

    /// Number of ranks of all processes, which have as many each.
    public int ranks() {
        return launch.processes() * local;
    }

    /// Whether the run has one rank.
    public boolean isAlone() {
        return ranks() == 1;
    }

    /// The place of a rank in the run.
    public static Slot slot(Communicator rank) {
        return new Slot(rank.rank(), rank.ranks());
    }

    /// Threads of each rank: `threads=`, or else its share of the cores.
    public int threads(Options options) {
        return options.get(THREADS) > 0 || isAlone() ? options.get(THREADS)
                : Math.max(1, Runtime.getRuntime().availableProcessors() / (launch.oneHost() ? ranks() : local));
    }

    /// The engine of a rank; opened and used by its thread.
    public CpuEngine open(Communicator rank, Options options) {
        return new CpuEngine(threads(options), rank);
    }

    /// The ends of this process in the group of all ranks. Processes meet at the address of the launcher.
    ///
    /// @param version of this program, which must be the same everywhere
    /// @throws io.yolofit.engine.comm.CommunicationException if they do not meet
    public List<Communicator> meet(Options options, String version, Console console) {
        launch.text().ifPresent(console::line);
        int first = launch.process() * local;
        List<Hello> hellos = IntStream.range(first, first + local).mapToObj(rank -> new Hello(rank, ranks(), host(),
                CPU, version, launch.job(), PlanCheck.facts(options))).toList();
        if (!launch.isDistributed()) {
            return LocalGroup.of(hellos.stream().map(Hello::name).toList());
        }
        var rendezvous = new Rendezvous(launch.host(), launch.port(), launch.oneHost(), MEETING, console::line);
        return together(hellos.stream().<Callable<Communicator>>map(hello ->
                () -> rendezvous.meet(hello, () -> new byte[0]).communicator()).toList());
    }

    private static List<Communicator> together(List<Callable<Communicator>> meetings) {
        List<FutureTask<Communicator>> tasks = meetings.stream().map(FutureTask::new).toList();
        tasks.forEach(Thread.ofVirtual()::start);
        List<Communicator> ends = new ArrayList<>();
        for (FutureTask<Communicator> task : tasks) {
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
