package io.yolofit.zoo.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.graph.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayoutsTest {
    @ParameterizedTest
    @ValueSource(strings = {"1,1,1,1", "4,3,3,3", "7,1,1,13", "13,6,6,1", "2,3,5,7", "33", "2,5", ""})
    void conversionToGraphLayoutAndBackIsTheIdentity(String dims) {
        Shape shape = shape(dims);
        float[] values = numbers(shape);
        assertThat(Layouts.toFile(Layouts.toGraph(values, shape), shape)).isEqualTo(values);
        assertThat(Layouts.toGraph(Layouts.toFile(values, shape), shape)).isEqualTo(values);
        assertThat(Arrays.stream(Layouts.fileShape(shape)).reduce(1, (a, b) -> a * b)).isEqualTo(shape.count());
    }

    /// `w[k,r,s,c]` in the graph is `w[k,c,r,s]` in the file.
    @Test
    void channelsAreTheLastDimensionInGraphs() {
        Shape shape = Shape.of(2, 3, 5, 7);
        assertThat(Layouts.fileShape(shape)).containsExactly(2, 7, 3, 5);
        float[] file = numbers(shape);
        float[] graph = Layouts.toGraph(file, shape);
        for (int k = 0; k < 2; k++) {
            for (int r = 0; r < 3; r++) {
                for (int s = 0; s < 5; s++) {
                    for (int c = 0; c < 7; c++) {
                        assertThat(graph[((k * 3 + r) * 5 + s) * 7 + c]).isEqualTo(file[((k * 7 + c) * 3 + r) * 5 + s]);
                    }
                }
            }
        }
    }

    private static Shape shape(String dims) {
        return dims.isEmpty() ? Shape.of()
                : new Shape(Arrays.stream(dims.split(",")).mapToLong(Long::parseLong).toArray());
    }

    private static float[] numbers(Shape shape) {
        float[] values = new float[(int) shape.count()];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        return values;
    }
}
