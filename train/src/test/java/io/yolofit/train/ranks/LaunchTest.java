package io.yolofit.train.ranks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.train.ranks.Launch.Drives;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LaunchTest {
    private static final Drives ALL = new Drives.All(OptionalInt.empty());

    @Test
    void withoutVariablesAProcessIsAlone() {
        assertThat(Launch.of(Map.of("PATH", "/bin"))).isEqualTo(Launch.ALONE);
        assertThat(Launch.ALONE.text()).isEmpty();
        assertThat(launch("MASTER_ADDR=host WORLD_SIZE= RANK= JOB_COMPLETION_INDEX=2")).isEqualTo(Launch.ALONE);
    }

    @Test
    void ranksWithoutAMeetingPointAreRefused() {
        assertThatThrownBy(() -> launch("RANK=0 WORLD_SIZE=2")).isInstanceOf(LaunchException.class)
                .hasMessageContaining("RANK=0, WORLD_SIZE=2: MASTER_ADDR").hasMessageContaining("is not set");
        assertThat(launch("RANK=0 WORLD_SIZE=1")).isEqualTo(Launch.ALONE);
    }

    @Test
    void readsOurVariables() {
        Launch launch = launch("YOLOFIT_PROCESS=1 YOLOFIT_PROCESSES=2 YOLOFIT_MASTER=node-a:4000 RANK=0 WORLD_SIZE=9 "
                + "LOCAL_RANK=0 MASTER_ADDR=elsewhere");
        assertThat(launch).extracting(Launch::process, Launch::processes, Launch::drives, Launch::host, Launch::port,
                Launch::oneHost).containsExactly(1, 2, ALL, "node-a", 4000, false);
        assertThat(launch.text()).contains("started by variables (YOLOFIT_PROCESS=1, YOLOFIT_PROCESSES=2, "
                + "YOLOFIT_MASTER=node-a:4000): process 1 of 2, which meet at node-a:4000");
        assertThat(launch("YOLOFIT_PROCESS=0 YOLOFIT_PROCESSES=2 YOLOFIT_MASTER=127.0.0.1"))
                .extracting(Launch::port, Launch::oneHost).containsExactly(29500, true);
    }

    @Test
    void readsTorchrun() {
        Launch launch = launch("RANK=5 LOCAL_RANK=1 WORLD_SIZE=8 LOCAL_WORLD_SIZE=4 MASTER_ADDR=node-a "
                + "MASTER_PORT=1234 TORCHELASTIC_RUN_ID=run7");
        assertThat(launch).extracting(Launch::process, Launch::processes, Launch::drives, Launch::host, Launch::port,
                Launch::oneHost, Launch::job).containsExactly(5, 8, new Drives.One(1), "node-a", 1234, false, "run7");
        assertThat(launch.text().orElseThrow()).startsWith("started by torchrun (RANK=5, LOCAL_RANK=1, WORLD_SIZE=8)");
    }

    @Test
    void leavesThePortOfTorchrunsAgentToIt() {
        assertThat(launch("RANK=0 LOCAL_RANK=0 WORLD_SIZE=2 LOCAL_WORLD_SIZE=2 MASTER_ADDR=node-a MASTER_PORT=29500 "
                + "TORCHELASTIC_USE_AGENT_STORE=True")).extracting(Launch::port, Launch::oneHost)
                .containsExactly(29501, true);
    }

    @ParameterizedTest
    @CsvSource({"4,4", "auto,", "gpu,", "'',"})
    void readsKubeflowTrainer(String perNode, Integer wanted) {
        Launch launch = launch("PET_NNODES=2 PET_NODE_RANK=1 PET_NPROC_PER_NODE=" + perNode
                + " PET_MASTER_ADDR=job-node-0-0.job PET_MASTER_PORT=29400");
        assertThat(launch).extracting(Launch::process, Launch::processes, Launch::drives, Launch::host, Launch::port)
                .containsExactly(1, 2, new Drives.All(wanted == null ? OptionalInt.empty() : OptionalInt.of(wanted)),
                        "job-node-0-0.job", 29400);
    }

    @Test
    void readsPytorchJobAndVolcanoAsPods() {
        Launch launch = launch("RANK=1 WORLD_SIZE=2 MASTER_ADDR=job-master-0 MASTER_PORT=23456");
        assertThat(launch).extracting(Launch::process, Launch::processes, Launch::drives, Launch::host, Launch::port)
                .containsExactly(1, 2, ALL, "job-master-0", 23456);
        assertThat(launch.source()).isEqualTo("PyTorchJob (RANK=1, WORLD_SIZE=2, which count pods)");
        assertThat(launch("RANK=1 WORLD_SIZE=2 MASTER_ADDR=a VC_TASK_INDEX=1").source()).startsWith("Volcano");
    }

    @Test
    void readsSlurm() {
        Launch launch = launch("SLURM_PROCID=3 SLURM_LOCALID=1 SLURM_NTASKS=4 SLURM_STEP_ID=0 SLURM_NNODES=2 "
                + "SLURM_JOB_ID=123456 SLURM_JOB_NODELIST=gpu-[003-004]");
        assertThat(launch).extracting(Launch::process, Launch::processes, Launch::drives, Launch::host, Launch::port,
                Launch::oneHost, Launch::job).containsExactly(3, 4, new Drives.One(1), "gpu-003", 23456, false,
                "123456.0");
        assertThat(launch("SLURM_PROCID=1 SLURM_LOCALID=0 SLURM_NTASKS=2 SLURM_STEP_ID=0 SLURM_NNODES=2 "
                + "SLURM_JOB_NODELIST=a,b").drives()).as("one task per node drives all of its GPUs").isEqualTo(ALL);
        assertThat(launch("SLURM_PROCID=0 SLURM_LOCALID=0 SLURM_NTASKS=4 SLURM_JOB_ID=1"))
                .as("a batch script is no task").isEqualTo(Launch.ALONE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            gpu-1 | gpu-1
            gpu-1,gpu-2 | gpu-1
            gpu-[003-006,010],cpu-1 | gpu-003
            gpu-[7] | gpu-7
            a,gpu-[1-2] | a
            n[1-2]-ib | n1-ib
            """)
    void findsTheFirstHostOfAList(String list, String host) {
        assertThat(ProcessLaunchers.firstHost(list)).isEqualTo(host);
    }

    @Test
    void readsOpenMpi() {
        assertThat(launch("OMPI_COMM_WORLD_RANK=1 OMPI_COMM_WORLD_SIZE=2 OMPI_COMM_WORLD_LOCAL_RANK=1 "
                + "OMPI_COMM_WORLD_LOCAL_SIZE=2")).extracting(Launch::process, Launch::drives, Launch::host,
                Launch::oneHost).containsExactly(1, new Drives.One(1), "127.0.0.1", true);
        refused("OMPI_COMM_WORLD_RANK=1 OMPI_COMM_WORLD_SIZE=4 OMPI_COMM_WORLD_LOCAL_SIZE=2", "MASTER_ADDR");
    }

    @Test
    void readsIndexedJob() {
        Launch launch = launch("JOB_COMPLETION_INDEX=1 YOLOFIT_PROCESSES=2 YOLOFIT_MASTER=train-0.train:29500");
        assertThat(launch).extracting(Launch::process, Launch::processes, Launch::drives, Launch::host)
                .containsExactly(1, 2, ALL, "train-0.train");
        assertThat(launch.source()).startsWith("an Indexed Job (JOB_COMPLETION_INDEX=1");
    }

    @Test
    void contradictionsNameTheVariables() {
        refused("RANK=2 LOCAL_RANK=0 WORLD_SIZE=2 MASTER_ADDR=a", "RANK=2 contradicts WORLD_SIZE=2");
        refused("RANK=1 LOCAL_RANK=2 WORLD_SIZE=4 LOCAL_WORLD_SIZE=2 MASTER_ADDR=a",
                "LOCAL_RANK=2 contradicts LOCAL_WORLD_SIZE=2");
        refused("RANK=1 LOCAL_RANK=0 WORLD_SIZE=2", "MASTER_ADDR is not set");
        refused("RANK=one LOCAL_RANK=0 WORLD_SIZE=2 MASTER_ADDR=a", "RANK=one is not a number");
        refused("RANK=1 LOCAL_RANK=0 WORLD_SIZE=2 MASTER_ADDR=a MASTER_PORT=70000", "MASTER_PORT=70000 is not a port");
        refused("PET_NNODES=1:3 PET_NODE_RANK=0", "PET_NNODES=1:3");
        refused("PET_NNODES=2 PET_NODE_RANK=2", "PET_NODE_RANK=2 contradicts PET_NNODES=2");
        refused("PET_NNODES=2 PET_NODE_RANK=1", "PET_MASTER_ADDR is not set");
        refused("YOLOFIT_PROCESS=0", "YOLOFIT_PROCESSES is not set");
        refused("YOLOFIT_PROCESS=0 YOLOFIT_PROCESSES=2", "YOLOFIT_MASTER is not set");
        refused("YOLOFIT_PROCESSES=2", "YOLOFIT_PROCESS, the number of this process");
        refused("SLURM_PROCID=4 SLURM_NTASKS=4 SLURM_STEP_ID=0", "SLURM_PROCID=4 contradicts SLURM_NTASKS=4");
    }

    private static void refused(String variables, String message) {
        assertThatThrownBy(() -> launch(variables)).isInstanceOf(LaunchException.class).hasMessageContaining(message);
    }

    private static Launch launch(String variables) {
        Map<String, String> environment = new HashMap<>();
        for (String variable : variables.split(" ")) {
            String[] parts = variable.split("=", 2);
            environment.put(parts[0], parts[1]);
        }
        return Launch.of(environment);
    }
}
