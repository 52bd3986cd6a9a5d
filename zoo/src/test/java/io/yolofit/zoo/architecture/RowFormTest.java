package io.yolofit.zoo.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.zoo.architecture.ArchitectureCatalog.Sized;
import io.yolofit.zoo.model.Model;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Files with positional rows give the same models as files with named fields.
class RowFormTest {
    private static final int CLASSES = 3;

    @ParameterizedTest
    @ValueSource(strings = {"yolov5", "yolov8", "yolov8-p2", "yolov8-p6"})
    void positionalRowsGiveTheGraphOfNamedFields(String family) {
        Architecture named = ArchitectureCatalog.builtIn(family);
        Architecture rows = ArchitectureReader.read(RowForm.of(named), "custom.yaml");
        assertThat(rows.scales()).isEqualTo(named.scales());
        assertThat(rows.classes()).isEqualTo(80);
        for (Scale scale : named.scales().values()) {
            sameModel(new Sized(rows, rows.scale(scale.name())), new Sized(named, scale));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"n", "s", "m", "l", "x"})
    void multiplesOfDepthAndWidthAreAnUnnamedScale(String letter) {
        Architecture named = ArchitectureCatalog.builtIn("yolov5");
        Scale scale = named.scale(letter);
        Architecture rows = ArchitectureReader.read(RowForm.multiples(named, scale), "custom.yaml");
        assertThat(rows.scales().keySet()).containsExactly("");
        sameModel(new Sized(rows, rows.scale("")), new Sized(named, scale));
    }

    @Test
    void fileWithoutScalesIsNotScaled() {
        Architecture architecture = ArchitectureReader.read("""
                backbone:
                  - [-1, 1, Conv, [16, 3, 2]]
                  - [-1, 1, 'Conv', [32, 3, 2, None, 1]]   # padding: half the kernel
                  - [-1, 2, C3, [32, False, 1, 0.25]]
                head:
                  - [[-1], 1, "Detect", [nc]]
                """, "plain.yaml");
        assertThat(architecture.scales()).isEmpty();
        assertThat(architecture.scale("n")).isEqualTo(Scale.whole());
        assertThat(architecture.classes()).isEqualTo(Architecture.DEFAULT_CLASSES);
        assertThat(architecture.name()).isEqualTo("plain.yaml");
        Model model = Model.of(new Sized(architecture, Scale.whole()), CLASSES);
        assertThat(model.head().strides()).containsExactly(4);
        assertThat(model.state()).extracting(value -> value.name() + value.shape()).contains(
                "model.1.conv.weight[32,3,3,16]", "model.2.cv1.conv.weight[8,1,1,32]",
                        "model.2.m.1.cv2.conv.weight[8,3,3,8]",
                "model.3.cv3.0.2.bias[3]");
    }

    @Test
    void aFileMayMixBothForms() {
        Architecture mixed = ArchitectureReader.read("""
                rows:
                  - {block: Conv, out: 16, kernel: 3, stride: 2}
                  - [-1, 1, Conv, [16, 3, 2]]
                  - {block: Detect, from: [0, 1]}
                """, "mixed.yaml");
        assertThat(Model.of(new Sized(mixed, Scale.whole()), CLASSES).head().strides()).containsExactly(2, 4);
    }

    private static void sameModel(Sized actual, Sized expected) {
        Model left = Model.of(actual, CLASSES);
        Model right = Model.of(expected, CLASSES);
        assertThat(left.forward(2, 64, 128).toString()).isEqualTo(right.forward(2, 64, 128).toString());
        assertThat(left.state()).extracting(Object::toString)
                .containsExactlyElementsOf(right.state().stream().map(Object::toString).toList());
        assertThat(left.head()).isEqualTo(right.head());
    }
}
