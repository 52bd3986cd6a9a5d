package io.yolofit.train.ranks;

import io.yolofit.base.Failure;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// How a process was started: alone, or by a launcher as one of several processes of a run.
///
/// @param source    the launcher and the variables that were read, for the user; empty if the process is alone
/// @param process   number of this process, from 0
/// @param processes number of processes of the run
/// @param drives    the devices of this process
/// @param host      where process 0 waits for the others
/// @param port      at which it waits
/// @param oneHost   whether all processes are on one host
/// @param job       name of the run among those of the launcher; empty if there is none
public record Launch(String source, int process, int processes, Drives drives, String host, int port, boolean oneHost,
        String job) {
    /// Port of a run whose launcher names none.
    static final int DEFAULT_PORT = 29500;
    static final String LOOPBACK = "127.0.0.1";

    /// Devices of a process.
    public sealed interface Drives {
        /// All devices that `device=` names, or that the process can see.
        ///
        /// @param wanted number of GPUs, if the launcher gives one
        record All(OptionalInt wanted) implements Drives {
        }

        /// One of the devices of its host.
        ///
        /// @param index number of the process on its host
        record One(int index) implements Drives {
        }
    }

    /// A process without a launcher.
    public static final Launch ALONE = new Launch("", 0, 1, new Drives.All(OptionalInt.empty()), LOOPBACK,
            DEFAULT_PORT, true, "");

    public Launch {
        if (processes < 1 || process < 0 || process >= processes) {
            throw new LaunchException(Failure.at(source, "process " + process + " of " + processes + " does not exist",
                    ""));
        }
    }

    /// Whether other processes belong to the run.
    public boolean isDistributed() {
        return processes > 1;
    }

    /// Reads the variables of the launchers, in this order: ours, torchrun, Kubeflow Trainer v2, PyTorchJob and
    /// Volcano, Slurm, Open MPI, Indexed Job. The first one that is complete counts.
    ///
    /// @param environment of the process
    /// @throws LaunchException if the variables of that launcher contradict each other
    public static Launch of(Map<String, String> environment) {
        var variables = new Variables(environment);
        return ProcessLaunchers.ours(variables)
                .or(() -> ProcessLaunchers.torchrun(variables))
                .or(() -> PodLaunchers.trainer(variables))
                .or(() -> PodLaunchers.pods(variables))
                .or(() -> ProcessLaunchers.slurm(variables))
                .or(() -> ProcessLaunchers.openMpi(variables))
                .or(() -> PodLaunchers.indexedJob(variables))
                .or(() -> incomplete(variables))
                .orElse(ALONE);
    }

    /// Our variables without the number of the process, or those of torchrun without a meeting point: alone, every
    /// process would train the whole run.
    private static Optional<Launch> incomplete(Variables variables) {
        if (variables.hasAll("RANK", "WORLD_SIZE") && variables.number("WORLD_SIZE") > 1) {
            throw new LaunchException(Failure.at(variables.named("RANK", "WORLD_SIZE"), "MASTER_ADDR, the host at "
                    + "which the processes meet, is not set",
                    "set it, or unset RANK and WORLD_SIZE to train with one process"));
        }
        if (variables.has("YOLOFIT_PROCESSES") || variables.has("YOLOFIT_MASTER")) {
            throw new LaunchException(Failure.naming("YOLOFIT_PROCESS", "YOLOFIT_PROCESSES and YOLOFIT_MASTER belong "
                    + "together with YOLOFIT_PROCESS, the number of this process from 0, which is not set", ""));
        }
        return Optional.empty();
    }

    /// One line for the user; empty if the process is alone.
    public Optional<String> text() {
        return source.isEmpty() ? Optional.empty() : Optional.of("started by " + source + ": process " + process
                + " of " + processes + (isDistributed() ? ", which meet at " + host + ":" + port : ""));
    }
}
