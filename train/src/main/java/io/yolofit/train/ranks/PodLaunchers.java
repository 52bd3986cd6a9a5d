package io.yolofit.train.ranks;

import io.yolofit.base.Failure;
import io.yolofit.train.ranks.Launch.Drives;
import java.util.Optional;
import java.util.OptionalInt;

/// Launchers that start one process per pod of Kubernetes. A process drives all GPUs of its pod.
final class PodLaunchers {
    private PodLaunchers() {}

    /// Kubeflow Trainer v2, `mlPolicy.torch`: `PET_*`, the arguments of torchrun, whose place this program takes.
    /// `PET_NPROC_PER_NODE` is a number of GPUs, `auto`, or, where no GPU is requested, a number of CPUs.
    static Optional<Launch> trainer(Variables variables) {
        if (!variables.hasAll("PET_NNODES", "PET_NODE_RANK")) {
            return Optional.empty();
        }
        if (variables.text("PET_NNODES").contains(":")) {
            throw new LaunchException(Failure.at("PET_NNODES=" + variables.text("PET_NNODES"),
                    "a range of nodes is not supported", "give a number, and resume with another one"));
        }
        variables.requireBelow("PET_NODE_RANK", "PET_NNODES");
        int processes = variables.number("PET_NNODES");
        String name = "Kubeflow Trainer (" + variables.named("PET_NODE_RANK", "PET_NNODES", "PET_NPROC_PER_NODE") + ")";
        String perNode = variables.text("PET_NPROC_PER_NODE");
        OptionalInt wanted = perNode.chars().allMatch(Character::isDigit) ? variables.optional("PET_NPROC_PER_NODE")
                : OptionalInt.empty();
        return Optional.of(new Launch(name, variables.number("PET_NODE_RANK"), processes, new Drives.All(wanted),
                processes > 1 ? variables.required("PET_MASTER_ADDR", name) : Launch.LOOPBACK,
                variables.port("PET_MASTER_PORT", Launch.DEFAULT_PORT), processes == 1,
                variables.text("PET_RDZV_ID")));
    }

    /// PyTorchJob of Kubeflow, and the pytorch plugin of Volcano: `RANK` and `WORLD_SIZE` count pods.
    static Optional<Launch> pods(Variables variables) {
        if (variables.has("LOCAL_RANK") || !variables.hasAll("RANK", "WORLD_SIZE", "MASTER_ADDR")) {
            return Optional.empty();
        }
        variables.requireBelow("RANK", "WORLD_SIZE");
        boolean volcano = variables.has("VC_TASK_INDEX") || variables.has("VK_TASK_INDEX");
        String name = (volcano ? "Volcano" : "PyTorchJob") + " (" + variables.named("RANK", "WORLD_SIZE")
                + ", which count pods)";
        int processes = variables.number("WORLD_SIZE");
        String host = variables.text("MASTER_ADDR");
        return Optional.of(new Launch(name, variables.number("RANK"), processes,
                new Drives.All(OptionalInt.empty()), host, variables.port("MASTER_PORT", Launch.DEFAULT_PORT),
                processes == 1, ""));
    }

    /// An Indexed Job of Kubernetes numbers its pods; our variables give their count and the first pod's address.
    static Optional<Launch> indexedJob(Variables variables) {
        if (!variables.hasAll("JOB_COMPLETION_INDEX", "YOLOFIT_PROCESSES")) {
            return Optional.empty();
        }
        variables.requireBelow("JOB_COMPLETION_INDEX", "YOLOFIT_PROCESSES");
        return Optional.of(ProcessLaunchers.masterLaunch(variables, "an Indexed Job ("
                + variables.named("JOB_COMPLETION_INDEX", "YOLOFIT_PROCESSES", "YOLOFIT_MASTER") + ")",
                variables.number("JOB_COMPLETION_INDEX")));
    }
}
