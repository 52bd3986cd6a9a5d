package io.yolofit.train.ranks;

import io.yolofit.base.Failure;
import io.yolofit.train.ranks.Launch.Drives;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// Launchers that start one process per device, or processes that a user starts.
final class ProcessLaunchers {
    private static final int FIRST_JOB_PORT = 20_000;
    private static final int JOB_PORTS = 10_000;

    private ProcessLaunchers() {}

    /// `YOLOFIT_PROCESS`, `YOLOFIT_PROCESSES`, `YOLOFIT_MASTER=host:port`: processes that a user starts, each with the
    /// devices of its `device=`.
    static Optional<Launch> ours(Variables variables) {
        if (!variables.has("YOLOFIT_PROCESS")) {
            return Optional.empty();
        }
        String name = "YOLOFIT_PROCESS";
        variables.required("YOLOFIT_PROCESSES", name);
        variables.requireBelow("YOLOFIT_PROCESS", "YOLOFIT_PROCESSES");
        return Optional.of(masterLaunch(variables, "variables (" + variables.named("YOLOFIT_PROCESS",
                "YOLOFIT_PROCESSES", "YOLOFIT_MASTER") + ")", variables.number("YOLOFIT_PROCESS")));
    }

    /// A launch whose meeting point is `YOLOFIT_MASTER`.
    static Launch masterLaunch(Variables variables, String source, int process) {
        int processes = variables.number("YOLOFIT_PROCESSES");
        String master = processes > 1 ? variables.required("YOLOFIT_MASTER", source) : variables.text("YOLOFIT_MASTER");
        int colon = master.lastIndexOf(':');
        String host = colon < 0 ? master : master.substring(0, colon);
        int port = colon < 0 ? Launch.DEFAULT_PORT : new Variables(Map.of("YOLOFIT_MASTER",
                master.substring(colon + 1))).port("YOLOFIT_MASTER", Launch.DEFAULT_PORT);
        return new Launch(source, process, processes, new Drives.All(OptionalInt.empty()), host, port,
                isLoopback(host), variables.text("YOLOFIT_JOB"));
    }

    static boolean isLoopback(String host) {
        return host.equals("localhost") || host.startsWith("127.") || host.equals("::1");
    }

    /// `RANK`, `LOCAL_RANK`, `WORLD_SIZE`: one process per device. Its agent may hold `MASTER_PORT` for itself.
    static Optional<Launch> torchrun(Variables variables) {
        if (!variables.hasAll("RANK", "LOCAL_RANK", "WORLD_SIZE")) {
            return Optional.empty();
        }
        variables.requireBelow("RANK", "WORLD_SIZE");
        if (variables.has("LOCAL_WORLD_SIZE")) {
            variables.requireBelow("LOCAL_RANK", "LOCAL_WORLD_SIZE");
        }
        int processes = variables.number("WORLD_SIZE");
        String name = "torchrun (" + variables.named("RANK", "LOCAL_RANK", "WORLD_SIZE") + ")";
        String host = processes > 1 ? variables.required("MASTER_ADDR", name) : Launch.LOOPBACK;
        int port = variables.port("MASTER_PORT", Launch.DEFAULT_PORT);
        boolean agent = variables.text("TORCHELASTIC_USE_AGENT_STORE").equalsIgnoreCase("true");
        boolean oneHost = isLoopback(host) || variables.optional("LOCAL_WORLD_SIZE").orElse(0) == processes;
        return Optional.of(new Launch(name, variables.number("RANK"), processes,
                new Drives.One(variables.number("LOCAL_RANK")), host, agent ? port + 1 : port, oneHost,
                variables.text("TORCHELASTIC_RUN_ID")));
    }

    /// `SLURM_PROCID` of the tasks of `srun`. A batch script has the variables of its job, but is no task.
    static Optional<Launch> slurm(Variables variables) {
        if (!variables.has("SLURM_PROCID")) {
            return Optional.empty();
        }
        String count = variables.has("SLURM_STEP_NUM_TASKS") ? "SLURM_STEP_NUM_TASKS" : "SLURM_NTASKS";
        boolean task = variables.has("SLURM_STEP_ID") || variables.has("SLURM_STEP_NUM_TASKS")
                || variables.number("SLURM_PROCID") > 0;
        if (!task || !variables.has(count)) {
            return Optional.empty();
        }
        variables.requireBelow("SLURM_PROCID", count);
        int processes = variables.number(count);
        String name = "Slurm (" + variables.named("SLURM_PROCID", "SLURM_LOCALID", count) + ")";
        int nodes = variables.optional("SLURM_STEP_NUM_NODES").orElse(variables.optional("SLURM_NNODES").orElse(0));
        boolean oneHost = nodes == 1 || processes == 1;
        String list = variables.has("SLURM_STEP_NODELIST") ? "SLURM_STEP_NODELIST" : "SLURM_JOB_NODELIST";
        String host = variables.has("MASTER_ADDR") ? variables.text("MASTER_ADDR") : oneHost ? Launch.LOOPBACK
                : firstHost(variables.required(list, name));
        int port = FIRST_JOB_PORT + (variables.optional("SLURM_JOB_ID").orElse(0)
                + variables.optional("SLURM_STEP_ID").orElse(0)) % JOB_PORTS;
        return Optional.of(new Launch(name, variables.number("SLURM_PROCID"), processes, processes == nodes
                ? new Drives.All(OptionalInt.empty()) : new Drives.One(variables.optional("SLURM_LOCALID").orElse(0)),
                host, variables.port("MASTER_PORT", port), oneHost, variables.text("SLURM_JOB_ID") + "."
                + variables.text("SLURM_STEP_ID")));
    }

    /// The first host of a list such as `gpu-[003-006,010],cpu-1`.
    static String firstHost(String list) {
        int bracket = list.indexOf('[');
        int comma = list.indexOf(',');
        if (bracket < 0 || comma >= 0 && comma < bracket) {
            return comma < 0 ? list : list.substring(0, comma);
        }
        String number = list.substring(bracket + 1).split("[-,\\]]", 2)[0];
        int end = list.indexOf(']', bracket);
        String rest = end < 0 ? "" : list.substring(end + 1);
        return list.substring(0, bracket) + number + rest.split(",", 2)[0];
    }

    /// `OMPI_COMM_WORLD_RANK` of `mpirun`.
    static Optional<Launch> openMpi(Variables variables) {
        if (!variables.hasAll("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE")) {
            return Optional.empty();
        }
        variables.requireBelow("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE");
        int processes = variables.number("OMPI_COMM_WORLD_SIZE");
        int local = variables.optional("OMPI_COMM_WORLD_LOCAL_SIZE").orElse(1);
        boolean oneHost = local == processes;
        String name = "Open MPI (" + variables.named("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_LOCAL_RANK",
                "OMPI_COMM_WORLD_SIZE") + ")";
        if (!oneHost && !variables.has("MASTER_ADDR")) {
            throw new LaunchException(Failure.at(name, "the processes are on several hosts, and MASTER_ADDR does not "
                    + "name the host of process 0", "add `-x MASTER_ADDR=<host>` to mpirun"));
        }
        return Optional.of(new Launch(name, variables.number("OMPI_COMM_WORLD_RANK"), processes, local == 1
                && processes > 1 ? new Drives.All(OptionalInt.empty())
                : new Drives.One(variables.optional("OMPI_COMM_WORLD_LOCAL_RANK").orElse(0)),
                variables.has("MASTER_ADDR") ? variables.text("MASTER_ADDR") : Launch.LOOPBACK,
                variables.port("MASTER_PORT", Launch.DEFAULT_PORT), oneHost, variables.text("PMIX_NAMESPACE")));
    }
}
