package io.yolofit.train.plan;

import io.yolofit.graph.Graph;
import io.yolofit.train.program.InputShape;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/// A program of a run before it is compiled: its purpose and the factory of its graph.
///
/// @param name  "training step", "update" or "validation"; further shapes add what differs: "training step, 3 images"
/// @param shape shape of its batches; null for the update
/// @param graph builds the graph; a pure function
public record ProgramSpec(String name, Kind kind, InputShape shape, Supplier<Graph> graph) {
    /// The purpose of a program.
    public enum Kind {
        STEP("training step"),
        UPDATE("update"),
        VALIDATION("validation");

        private final String title;

        Kind(String title) {
            this.title = title;
        }
    }

    static ProgramSpec update(Supplier<Graph> graph) {
        return new ProgramSpec(Kind.UPDATE.title, Kind.UPDATE, null, graph);
    }

    /// One program for each shape, the largest first.
    static List<ProgramSpec> of(Kind kind, List<InputShape> shapes, Function<InputShape, Graph> graph) {
        return shapes.stream().map(shape -> new ProgramSpec(name(kind, shape, shapes.getFirst()), kind, shape,
                () -> graph.apply(shape))).toList();
    }

    private static String name(Kind kind, InputShape shape, InputShape largest) {
        if (shape.equals(largest)) {
            return kind.title;
        }
        String images = shape.images() + (shape.images() == 1 ? " image" : " images");
        boolean sameSize = shape.height() == largest.height() && shape.width() == largest.width();
        return kind.title + ", " + images + (sameSize ? "" : " of " + shape.height() + "x" + shape.width());
    }
}
