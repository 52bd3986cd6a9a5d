package io.yolofit.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.yolofit.app.TinyProject.Ended;
import io.yolofit.app.command.ExitCode;
import io.yolofit.engine.EngineProviders;
import io.yolofit.graph.DType;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.train.plan.PeakMemory;
import io.yolofit.train.plan.RunPlan;
import io.yolofit.train.plan.RunSpec;
import io.yolofit.train.plan.Target;
import io.yolofit.train.program.CompileOptions;
import io.yolofit.train.program.InputShape;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.model.Model;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `info` and `plan`, which need no engine.
class InfoAndPlanTest {
    @TempDir
    private static Path folder;
    private static TinyProject project;

    @BeforeAll
    static void draw() throws IOException {
        project = new TinyProject(folder);
    }

    private static JsonNode json(String... words) throws IOException {
        Ended ended = project.run(words);
        assertThat(ended.code()).as(ended.err()).isEqualTo(ExitCode.OK);
        return new ObjectMapper().readTree(ended.out());
    }

    @Test
    void aModelIsShownLayerByLayerWithItsCost() throws IOException {
        Ended info = project.run("info", "model=yolov8n");
        assertThat(info.code()).isEqualTo(ExitCode.OK);
        assertThat(info.out()).contains("yolov8n, scale n, 640 px, 80 classes: 23 layers, 3,157,184 parameters "
                + "(3,151,888 fused)", "8.9 GFLOPs").containsPattern("0 +image +1 +464 +Conv .* 320x320x16");
        JsonNode small = json("info", "model=yolov8n", "imgsz=320", "json=true").get("model");
        assertThat(small.get("gigaflops").asDouble()).isBetween(2.15, 2.3);
        assertThat(small.get("layers")).hasSize(23);
    }

    @Test
    void aDatasetIsShownBySplitAndDefinesTheClassesOfAModel() throws IOException {
        Ended info = project.run("info", "data=" + project.data(), "model=yolov8n", "imgsz=64");
        assertThat(info.code()).as(info.err()).isEqualTo(ExitCode.OK);
        assertThat(info.out()).contains("3 classes").containsPattern("train +8 +0 +0 ").containsPattern("0 +circle ");
        JsonNode splits = json("info", "data=" + project.data(), "json=true").get("data").get("splits");
        assertThat(splits.get(0).get("images").asInt()).isEqualTo(8);
        int sum = 0;
        for (JsonNode count : splits.get(0).get("perClass")) {
            sum += count.asInt();
        }
        assertThat(sum).isEqualTo(splits.get(0).get("objects").asInt()).isPositive();
    }

    /// The need of yolov8n at 64 px with batches of four. The arguments are constants here, so that a command that
    /// reads an option wrongly fails.
    private static RunPlan need(DType precision, Update.Rule rule, Recompute.Policy recompute,
            Target target) {
        int capacity = 100 * 4 * 4; // objects: a hundred an image are assumed, four images a mosaic, four mosaics
        Model model = Model.of(ArchitectureCatalog.find("yolov8n"), 80);
        return RunPlan.of(new RunSpec(model, StateLayout.of(model.forward(1, 32, 32), name -> false),
                new CompileOptions(CompileOptions.Gains.DEFAULT, precision, rule, capacity, true, recompute),
                new RunSpec.Batches(List.of(InputShape.square(4, 64)), List.of(InputShape.square(8, 64)), 8 * 100)),
                target);
    }

    private static void assertPlanned(JsonNode plan, RunPlan need) {
        assertThat(plan.get("arena").asLong()).isEqualTo(need.arenaBytes());
        assertThat(plan.get("lowerBound").asLong()).isEqualTo(need.lowerBound());
        assertThat(plan.get("persistent").asLong()).isEqualTo(need.persistentBytes());
        assertThat(plan.get("staging").asLong()).isEqualTo(need.stagingBytes());
        assertThat(plan.get("programs")).extracting(program -> program.get("name").asText())
                .containsExactly("training step", "update", "validation");
        assertThat(plan.get("programs")).extracting(program -> program.get("bytes").asLong())
                .containsExactlyElementsOf(need.parts().stream().map(RunPlan.Part::transientBytes).toList());
        assertThat(plan.get("roles")).extracting(role -> role.get("atPeak").asLong())
                .containsExactlyElementsOf(PeakMemory.of(need).roles().stream()
                        .map(PeakMemory.RoleShare::atPeak).toList());
    }

    @Test
    void thePlanEqualsTheNeedOfTheSameOptions() throws IOException {
        assertPlanned(json("plan", "model=yolov8n", "imgsz=64", "batch=4", "amp=false", "optimizer=SGD", "json=true",
                "device=cpu"), need(DType.F32, Update.Rule.SGD, Recompute.Policy.OFF, Target.cpu(DType.F32)));
    }

    /// Holds with and without a GPU: measurements are not part of the plan.
    @Test
    void aPlanForAGpuNeedsNoGpu() throws IOException {
        JsonNode gpu = json("plan", "model=yolov8n", "imgsz=64", "batch=4", "json=true", "device=0");
        assertThat(gpu.get("run").asText()).contains(", f16, ").endsWith("on a GPU");
        assertPlanned(gpu, need(DType.F16, Update.Rule.ADAMW, Recompute.Policy.DEFAULT,
                Target.gpu(EngineProviders.gpu().workspace())));
        long pixels = 8 * 64 * 64 * 3; // of the next validation batch, then targets, offsets and scalars
        assertThat(gpu.get("staging").asLong()).isEqualTo(pixels + aligned(800 * 5 * 4) + aligned(9 * 4)
                + aligned(10 * 4));
        JsonNode cpu = json("plan", "model=yolov8n", "imgsz=64", "batch=4", "json=true", "device=cpu");
        assertThat(cpu.get("run").asText()).endsWith("on the CPU");
        assertThat(cpu.get("staging").asLong()).isZero();
        JsonNode several = json("plan", "model=yolov8n", "imgsz=64", "batch=4", "json=true", "device=0,1");
        assertThat(several.get("run").asText()).endsWith("on a GPU, first of 2 ranks");
        assertThat(several.get("arena").asLong()).as("half of the batch").isLessThan(gpu.get("arena").asLong());
    }

    private static long aligned(long bytes) {
        return (bytes + 255) / 256 * 256;
    }

    @Test
    void aPlanIncludesTheLastBatchOfADataset() throws IOException {
        assertThat(json("plan", "model=yolov8n", "imgsz=64", "batch=3", "data=" + project.data(), "json=true")
                .get("programs")).extracting(program -> program.get("name").asText()).containsExactly("training step",
                        "training step, 2 images", "update", "validation");
    }

    @Test
    void thePlanDependsOnOptimizerFreezingAccumulationAndData() throws IOException {
        long adam = bytes("optimizer=AdamW", "optimizer");
        assertThat(adam).isEqualTo(2 * bytes("optimizer=SGD", "optimizer"));
        assertThat(bytes("freeze=10", "gradients")).isLessThan(bytes("freeze=none", "gradients"));
        assertThat(json("plan", "model=yolov8n", "imgsz=64", "batch=64", "json=true").get("programs")).hasSize(2);
        assertThat(json("plan", "model=yolov8n", "imgsz=64", "data=" + project.data(), "json=true").get("run").asText())
                .contains("3 classes").doesNotContain("assumed");
    }

    private static long bytes(String option, String role) throws IOException {
        for (JsonNode one : json("plan", "model=yolov8n", "imgsz=64", "batch=2", "device=cpu", "json=true", option)
                .get("roles")) {
            if (one.get("role").asText().equals(role)) {
                return one.get("bytes").asLong();
            }
        }
        throw new AssertionError("no role " + role);
    }

    @Test
    void aPlanThatFitsOnNoneOfSeveralGpusFailsAndSaysOnceWhy() {
        String[] words = {"plan", "model=yolov8n", "batch=64", "memory=700MB", "gpus=rtx3060,t4"};
        Ended none = project.run(words);
        assertThat(none.code()).isEqualTo(ExitCode.FAILURE);
        assertThat(none.out() + none.err()).containsOnlyOnce("the run needs").contains("rtx3060, t4: the run needs");
        Ended page = project.run(Stream.concat(Stream.of(words), Stream.of("report=" + project.path("none.html")))
                .toArray(String[]::new));
        assertThat(page.code()).isEqualTo(ExitCode.FAILURE);
        assertThat(page.err()).contains("none.html was not written");
        words[4] = "gpus=t4";
        Ended one = project.run(words);
        assertThat(one.code()).isEqualTo(ExitCode.FAILURE);
        assertThat(one.out() + one.err()).containsOnlyOnce("the run needs").contains("error: ");
        Ended some = project.run("plan", "model=yolov8n", "batch=256", "recompute=off", "gpus=t4,h200");
        assertThat(some.code()).isEqualTo(ExitCode.OK);
        assertThat(some.out()).contains("t4: the run needs").doesNotContain("h200: the run needs");
    }

    @Test
    void layersThatDoNotExistCannotBeFrozen() {
        Ended ended = project.run("plan", "model=yolov8n", "freeze=[3,23]");
        assertThat(ended.code()).isEqualTo(ExitCode.USAGE);
        assertThat(ended.err()).contains("there is no layer 23, yolov8n has layers 0 to 22");
        assertThat(project.run("plan", "model=yolov8n", "freeze=23").err()).contains("nothing is left to train");
    }

    /// `plan` in front of a run's own words, and of its `args.yaml`.
    @Test
    void aPlanEqualsTheRunOfTheSameWords() throws IOException {
        String[] words = {"model=yolov8n", "data=" + project.data(), "imgsz=64", "batch=4", "epochs=1", "mixup=0.3",
            "optimizer=auto", "accumulate=2", "val_batch=3", "device=cpu", "plots=false", "workers=0",
            "project=" + project.path("planned"), "name=run"};
        Ended run = project.run(Stream.concat(Stream.of("train"), Stream.of(words)).toArray(String[]::new));
        assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.OK);
        JsonNode used = new ObjectMapper().readTree(project.path("planned/run/memory.json").toFile()).get("planned");
        JsonNode planned = json(Stream.concat(Stream.of("plan", "json=true"), Stream.of(words))
                .toArray(String[]::new));
        JsonNode ofFile = json("plan", "json=true", "cfg=" + project.path("planned/run/args.yaml"));
        for (String part : List.of("arena", "persistent", "lowerBound", "programs", "roles")) {
            assertThat(planned.get(part)).as(part).isEqualTo(used.get(part));
            assertThat(ofFile.get(part)).as(part + " of args.yaml").isEqualTo(used.get(part));
        }
    }

    @Test
    void aPlanWithinALimitNamesItsChoicesAndTheirAlternatives() throws IOException {
        JsonNode plan = json("plan", "model=yolov8n", "imgsz=64", "batch=-1", "memory=780MiB", "device=0",
                "json=true").get("prediction");
        assertThat(plan.get("total").asLong()).isLessThanOrEqualTo(780L << 20);
        assertThat(plan.get("chosen").get(0).asText()).startsWith("batch=").contains("memory=780MiB");
        assertThat(plan.get("alternatives")).isNotEmpty().allSatisfy(other ->
                assertThat(other.get("command").asText()).startsWith("yolofit plan model=yolov8n ")
                        .contains("batch=", "memory=780MiB").doesNotContain("auto_batch", "none"));
        Ended full = project.run("plan", "model=yolov8n", "imgsz=640", "batch=16", "memory=800MiB", "device=0");
        assertThat(full.code()).isEqualTo(ExitCode.FAILURE);
        assertThat(full.err()).contains("even with recompute=max, but its limit is 784 MiB (memory=800MiB, less 16 MiB",
                "These fit:", "yolofit plan model=yolov8n");
    }

    @Test
    void onTheCpuTheBatchIsChosenForTheFreeMemoryOfTheHost() {
        Ended cpu = project.run("plan", "model=yolov8n", "imgsz=64", "batch=-1", "device=cpu");
        assertThat(cpu.code()).as(cpu.err()).isEqualTo(ExitCode.OK);
        assertThat(cpu.out()).contains("chosen: batch=", "(batch=-1: the fastest that fits into", "free on the CPU");
    }

    /// Whether more workers loaded faster: a measurement while other programs use all cores is not kept.
    private static boolean scales(JsonNode loading) {
        return loading.get("measured").size() == 1 || loading.at("/measured/1/cached").asDouble()
                >= 1.15 * loading.at("/measured/0/cached").asDouble();
    }

    @Test
    void aPlanOfADataSetComparesDataLoadingWithTheDevice() throws IOException {
        String[] words = {"plan", "model=yolov8n", "imgsz=64", "batch=4", "data=" + project.data(), "json=true",
            "workers=1"};
        JsonNode loading = json(words).get("loading");
        assertThat(loading.get("bound").asText()).isIn("data-bound", "balanced", "device-bound");
        assertThat(loading.at("/current/options").asText()).isEqualTo("workers=1 cache=false");
        assertThat(loading.at("/current/loaded").asDouble()).isPositive();
        assertThat(loading.at("/current/expected").asDouble()).isPositive()
                .isLessThanOrEqualTo(loading.get("needed").asDouble());
        assertThat(loading.at("/measured/0/workers").asInt()).isEqualTo(1);
        assertThat(loading.at("/measured/0/decoding").asDouble()).isPositive();
        JsonNode second = json(words).get("loading");
        assertThat(second.at("/machine/reused").asBoolean()).isEqualTo(scales(loading));
        if (scales(loading)) {
            assertThat(second.get("measured")).isEqualTo(loading.get("measured"));
        }
        assertThat(project.run("plan", "model=yolov8n", "imgsz=64", "batch=4", "data=" + project.data()).out())
                .contains("Data loading, measured on this machine").contains(scales(second) ? "by an earlier plan"
                        : "measured").containsPattern(
                        "The run is (data-bound|balanced|device-bound): workers=8 cache=false loads [0-9.]+ img/s "
                                + "after the first epoch, which decodes the images; the GPU trains about");
        assertThat(json("plan", "model=yolov8n", "imgsz=64", "json=true").get("loading").isNull()).isTrue();
    }

    /// Runs on the same class path without native libraries.
    @Test
    void noNativeLibraryIsNeeded() throws IOException, InterruptedException {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("bytedeco")).collect(Collectors.joining(File.pathSeparator));
        Map<Path, Process> started = new LinkedHashMap<>(); // at once, as each takes a second
        for (String[] words : new String[][] {{"plan", "model=yolov8n", "imgsz=64"}, {"info", "model=yolov8n"},
                {"train", "--help"}}) {
            Path output = Files.createTempFile(folder, "output", ".txt");
            var command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", classPath,
                    "io.yolofit.app.Main"));
            command.addAll(Arrays.asList(words));
            started.put(output, new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(output.toFile()).start());
        }
        for (Map.Entry<Path, Process> one : started.entrySet()) {
            int code = one.getValue().waitFor();
            assertThat(code).as(Files.readString(one.getKey(), StandardCharsets.UTF_8)).isZero();
        }
    }
}
