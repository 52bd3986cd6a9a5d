package io.yolofit.train.program;

import io.yolofit.engine.cuda.CudaEngine;
import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.graph.plan.Buffer;
import io.yolofit.graph.plan.MemoryPlan;
import io.yolofit.graph.plan.Program;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.testkit.Golden;
import io.yolofit.train.plan.RunPlan;
import io.yolofit.train.plan.RunSpec.Batches;
import io.yolofit.train.plan.RunSpec;
import io.yolofit.train.plan.Target;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.model.Model;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Every program of every model, as hashes of its graph's text and of its memory plan. A change of either shows as a
/// changed line of the golden file, and is part of the change that caused it. `-Dgolden.update=true` rewrites the file.
///
/// Nothing runs, so that images and batches have their usual sizes.
class ReplayTest {
    private static final String HEADER = """
            # Programs of the zoo's models: 80 classes, 640 px, training batches of 16, validation batches of 32.
            # model run program | graph SHA-256, nodes | plan SHA-256, bytes of the arena
            """;
    private static final int HEX_DIGITS = 12;
    private static final int CLASSES = 80;
    private static final int SIZE = 640;
    private static final int OBJECTS = 1600;

    /// What a program is compiled for.
    private record Run(String name, CompileOptions options, Target target) {
        private static Run of(String device, DType precision, Update.Rule rule, boolean accumulating,
                Recompute.Policy recompute) {
            Target target = device.equals("cpu") ? Target.cpu(DType.F32)
                    : Target.gpu(CudaEngine.workspaceModel());
            String name = "%s %s %s %s recompute=%s".formatted(device, precision.text(), rule,
                    accumulating ? "accumulating" : "updating", recompute).toLowerCase(Locale.ROOT);
            return new Run(name, new CompileOptions(CompileOptions.Gains.DEFAULT, precision, rule, OBJECTS,
                    accumulating, recompute), target);
        }
    }

    private static final Run CPU = Run.of("cpu", DType.F32, Update.Rule.ADAMW, false, Recompute.Policy.OFF);
    private static final Run CUDA = Run.of("cuda", DType.F16, Update.Rule.SGD, true, Recompute.Policy.DEFAULT);
    private static final Run CUDA_MAX = Run.of("cuda", DType.BF16, Update.Rule.SGD, false, Recompute.Policy.MAX);

    @Test
    void graphsAndPlansOfTheZooEqualTheGoldenFile() {
        Golden.check("programs.txt", HEADER + ArchitectureCatalog.names().parallelStream().map(ReplayTest::lines)
                .collect(Collectors.joining()));
    }

    /// The search for what to recompute takes most of the time, so the smallest and the largest scale stand for all.
    private static List<Run> runs(String name) {
        String scale = name.replaceAll("yolov?\\d+([a-z]).*", "$1");
        return switch (scale) {
            case "n" -> List.of(CPU, CUDA, CUDA_MAX);
            case "x" -> List.of(CPU, CUDA);
            default -> List.of(CPU);
        };
    }

    private static String lines(String name) {
        Model model = Model.of(ArchitectureCatalog.find(name), CLASSES);
        int stride = model.stride();
        StateLayout layout = StateLayout.of(model.forward(1, stride, stride), parameter -> false);
        StringBuilder lines = new StringBuilder();
        for (Run run : runs(name)) {
            lines.append(lines(name, model, layout, run));
        }
        return lines.toString();
    }

    private static String lines(String name, Model model, StateLayout layout, Run run) {
        Batches batches = new Batches(List.of(InputShape.square(16, SIZE)),
                List.of(InputShape.square(32, SIZE)), OBJECTS);
        RunPlan need = RunPlan.of(new RunSpec(model, layout, run.options, batches), run.target);
        return need.parts().stream().map(part -> "%s %s %s | %s %d | %s %d%n".formatted(name, run.name, part.name(),
                hash(part.program().graph().toString()), part.program().graph().nodes().size(),
                hash(text(part.program())), part.program().plan().arenaBytes()).replace(System.lineSeparator(), "\n"))
                .collect(Collectors.joining());
    }

    /// Every buffer with its live range and offset, and what each value shares.
    private static String text(Program program) {
        StringBuilder text = new StringBuilder();
        MemoryPlan plan = program.plan();
        for (int i = 0; i < plan.buffers().size(); i++) {
            Buffer buffer = plan.buffers().get(i);
            text.append(buffer.name()).append(' ').append(buffer.bytes()).append(' ').append(buffer.first()).append(' ')
                    .append(buffer.last()).append(" at ").append(plan.offset(i)).append('\n');
        }
        Graph graph = program.graph();
        graph.values().forEach(value -> text.append(value).append(" in ")
                .append(program.assignment().of(value)).append('\n'));
        return text.toString();
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, HEX_DIGITS);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
