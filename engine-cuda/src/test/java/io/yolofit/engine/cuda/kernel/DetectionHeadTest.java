package io.yolofit.engine.cuda.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.engine.cuda.kernel.detection.DetectionHead;
import io.yolofit.graph.DType;
import io.yolofit.graph.GraphBuilder;
import io.yolofit.graph.Node;
import io.yolofit.graph.Role;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.AllReduce;
import io.yolofit.graph.op.BranchWeight;
import io.yolofit.graph.op.DetectionLoss;
import io.yolofit.graph.op.StepScalar;
import io.yolofit.graph.op.StepScalars;
import io.yolofit.graph.op.TargetColumn;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The argument structure of the head's kernels, without a device: Java writes each field at its offset in
/// `detection.cuh`.
class DetectionHeadTest {
    private static final int IMAGES = 2;
    private static final int CLASSES = 80;
    private static final int CAPACITY = 100;
    private static final Pattern FIELD = Pattern.compile("^ {4}(?:const )?(\\w+)(\\*?) (\\w+)(?:\\[(.*)])?;");

    private final DetectionLoss op = DetectionLoss.of(List.of(8, 16, 32), 16, true);

    @Test
    void theLayoutHasTheFieldsOfTheKernelsAtTheirOffsets() throws IOException {
        Map<String, Long> fields = new LinkedHashMap<>();
        DetectionHead.LAYOUT.memberLayouts().forEach(member -> member.name().ifPresent(name ->
                fields.put(name, DetectionHead.offset(name))));
        fields.put("end", DetectionHead.LAYOUT.byteSize());
        assertThat(fields).containsExactlyEntriesOf(fields());
    }

    @Test
    void everyFieldIsWrittenAtTheOffsetThatTheKernelsRead() throws IOException {
        Map<String, Long> fields = fields();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment head = new DetectionHead(loss(640, 320), op.strides(), arena)
                    .logits(input -> 100 + input).gradients(output -> 200 + output).targets(301, 302, 303, CAPACITY)
                    .out(304).workspace(401, 402, 403, 404, 405, 406, 407, 408).assignment(501, 502, 503)
                    .factors(7.5, .5, 1.5, new BranchWeight.Fixed(.25)).memory();
            assertThat(head.byteSize()).isEqualTo(fields.get("end"));
            Map<String, Long> addresses = Map.ofEntries(Map.entry("box", 100L), Map.entry("cls", 101L),
                    Map.entry("box_gradient", 201L), Map.entry("cls_gradient", 202L), Map.entry("targets", 301L),
                    Map.entry("offsets", 302L), Map.entry("scalars", 303L), Map.entry("out", 304L),
                    Map.entry("sides", 401L), Map.entry("angles", 402L), Map.entry("claims", 403L),
                    Map.entry("closest", 404L), Map.entry("weights", 405L), Map.entry("partials", 406L),
                    Map.entry("normalizer", 407L), Map.entry("finished", 408L),
                    Map.entry("objects", 501L), Map.entry("soft_targets", 502L), Map.entry("sums", 503L));
            addresses.forEach((name, address) ->
                    assertThat(head.get(ValueLayout.JAVA_LONG, fields.get(name))).as(name).isEqualTo(address));
            assertThat(head.get(ValueLayout.JAVA_LONG, fields.get("cls") + 2 * Long.BYTES)).isEqualTo(105);
            Map.of("box_gain", 7.5, "cls_gain", .5, "dfl_gain", 1.5, "weight", .25).forEach((name, gain) ->
                    assertThat(head.get(ValueLayout.JAVA_DOUBLE, fields.get(name))).as(name).isEqualTo(gain));
            Map.of("stride", 8, "height", 80, "width", 40, "start", 0, "levels", 3, "images", IMAGES,
                    "classes", CLASSES, "capacity", CAPACITY, "gradients", 1, "weight_scalar", -1)
                    .forEach((name, number) -> assertThat(head.get(ValueLayout.JAVA_INT, fields.get(name)))
                            .as(name).isEqualTo(number));
            assertThat(head.get(ValueLayout.JAVA_INT, fields.get("start") + 3 * Integer.BYTES)).as("anchors")
                    .isEqualTo(80 * 40 + 40 * 20 + 20 * 10);
        }
    }

    @Test
    void scheduledWeightIsReadFromTheScalars() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment head = new DetectionHead(loss(640, 320), op.strides(), arena)
                    .factors(7.5, .5, 1.5, new BranchWeight.Scheduled(StepScalar.ONE_TO_ONE)).memory();
            assertThat(head.get(ValueLayout.JAVA_INT, fields().get("weight_scalar")))
                    .isEqualTo(StepScalar.ONE_TO_ONE.ordinal());
        }
    }

    @Test
    void kernelsHaveTheScalarsInTheOrderOfTheEnum() throws IOException {
        String source = source("step_scalars.cuh");
        String names = source.substring(source.indexOf('{') + 1, source.indexOf('}'));
        assertThat(names.strip().split(",\\s*")).containsExactly(Stream.concat(
                Arrays.stream(StepScalar.values()).map(StepScalar::name), Stream.of("SCALARS")).toArray(String[]::new));
    }

    private static String source(String header) throws IOException {
        try (InputStream stream = DetectionHead.class.getResourceAsStream("/io/yolofit/engine/cuda/kernels/"
                + header)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void workspaceOfTheLossIsLinearInAnchorsPlusObjects() {
        long anchors = IMAGES * (80L * 80 + 40 * 40 + 20 * 20);
        assertThat(DetectionKernels.workspace(op.assign(), loss(640, 640)))
                .isBetween(36 * anchors + 8 * CAPACITY, 36 * anchors + 8 * CAPACITY + anchors + 8 * 256)
                .matches(bytes -> bytes % 256 == 0, "whole sections");
    }

    @Test
    void aLossWithAnAssignmentNeedsWorkspaceForItsSumsOnly() {
        assertThat(DetectionKernels.workspace(op.assign(), loss(640, 640, true)))
                .isLessThan(DetectionKernels.workspace(op.assign(), loss(640, 640)) / 20);
    }

    private Node loss(int height, int width) {
        return loss(height, width, false);
    }

    private Node loss(int height, int width, boolean assigned) {
        GraphBuilder builder = new GraphBuilder();
        List<Value> operands = new ArrayList<>();
        for (int stride : op.strides()) {
            operands.add(input(builder, "box" + stride, DType.F16, IMAGES, height / stride, width / stride, 64));
            operands.add(input(builder, "cls" + stride, DType.F16, IMAGES, height / stride, width / stride, CLASSES));
        }
        operands.add(input(builder, "targets", DType.F32, CAPACITY, TargetColumn.COUNT));
        operands.add(input(builder, "offsets", DType.I32, IMAGES + 1));
        operands.add(input(builder, "scalars", DType.F32, StepScalars.COUNT));
        if (assigned) {
            operands.addAll(builder.emit(op.assign(), "assign", Role.WORKSPACE,
                    operands.subList(0, op.assign().operands())));
            operands.set(op.sumsOperand(), builder.emit(new AllReduce(2), "sums", Role.WORKSPACE,
                    operands.get(op.sumsOperand())).getFirst());
        }
        List<Value> outputs = builder.emit(op, op.name(), Role.ACTIVATION, operands.toArray(Value[]::new));
        builder.output("items", outputs.getFirst());
        return builder.build().nodes().getLast();
    }

    private static Value input(GraphBuilder builder, String name, DType type, long... dims) {
        return builder.input(name, TensorType.of(type, dims), Role.INPUT);
    }

    /// Offsets of the fields of `struct Head`, each aligned to its own size, and `end`, the size of the structure.
    private static Map<String, Long> fields() throws IOException {
        String source = source("detection/detection.cuh");
        Map<String, Long> fields = new LinkedHashMap<>();
        long end = 0;
        String body = source.substring(source.indexOf("struct Head {"), source.indexOf("};"));
        for (String line : body.lines().skip(1).toList()) {
            Matcher field = FIELD.matcher(line);
            assertThat(field.find()).as(line).isTrue();
            long bytes = !field.group(2).isEmpty() || field.group(1).equals("double") ? Long.BYTES : Integer.BYTES;
            end = Math.ceilDiv(end, bytes) * bytes;
            fields.put(field.group(3), end);
            end += bytes * (field.group(4) == null ? 1 : DetectionHead.MAX_LEVELS
                    + (field.group(4).endsWith("+ 1") ? 1 : 0));
        }
        fields.put("end", Math.ceilDiv(end, (long) Long.BYTES) * Long.BYTES);
        return fields;
    }
}
