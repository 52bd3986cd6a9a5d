package io.yolofit.zoo.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.zoo.architecture.ArchitectureCatalog.Sized;
import io.yolofit.zoo.model.Model;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Invalid files: each message starts with file and line, and says what to write instead.
class ArchitectureErrorTest {
    private static final String HEAD = "  - {block: Detect, from: [0, 1]}\n";
    private static final String FIRST = "rows:\n  - {block: Conv, out: 16, kernel: 3, stride: 2}\n";

    /// The row under test is on line 3, after a convolution with 16 channels and stride 2.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {block: Covn, out: 16}                    | unknown block 'Covn'; use one of A2C2f, AConv, ADown, C2, C2PSA
            {block: Covn, out: 16}                    | Silence, Upsample, v10Detect; did you mean Conv?
            {block: C2F, out: 16}                     | Silence, Upsample, v10Detect; did you mean C2f?
            {block: Transformer, out: 16}             | unknown block 'Transformer'; use one of A2C2f, AConv, ADown
            {block: __import__('os'), out: 16}        | unknown block '__import__('os')'; use one of
            {block: Detect, from: -1}                 | Detect must be the last row
            {block: Conv, out: 16, kernl: 3}          | Conv has no field 'kernl'; use one of [out, kernel, stride
            {block: Conv, out: 16, kernl: 3}          | padding, groups, dilation]; did you mean kernel?
            {block: Conv, kernel: 3}                  | 'out' is missing; give it, as in out: 64
            {block: Conv, out: wide}                  | 'out' must be a whole number of at least 1, but is 'wide'
            {block: Conv, out: 16.5}                  | 'out' must be a whole number of at least 1, but is '16.5'
            {block: Conv, out: 0}                     | 'out' must be a whole number of at least 1, but is '0'
            {block: Conv, out: -8}                    | 'out' must be a whole number of at least 1, but is '-8'
            {block: Conv, out: 99999999999999}        | 'out' must be a whole number of at least 1, but is
            {block: Conv, out: [1, 2]}                | 'out' must be a whole number of at least 1, but is '[1, 2]'
            {block: Conv, out: {a: 1}}                | a value must be a number, true or false, or a word
            {block: Conv, out: [[1]]}                 | a value must be a number, true or false, or a word
            {block: Conv, out: 16, kernel: 0}         | 'kernel' must be a whole number of at least 1, but is '0'
            {block: Conv, out: 16, stride: 0}         | 'stride' must be a whole number of at least 1, but is '0'
            {block: Conv, out: 16, padding: -1}       | 'padding' must be a whole number of at least 0, but is '-1'
            {block: Conv, out: 16, groups: 3}         | row 1: conv2d.forward
            {block: Conv, out: 16, repeats: 3}        | Conv cannot repeat, but has repeats 3; write the row 3 times
            {block: C2f, out: 16, repeats: 0}         | 'repeats' must be 1 to 1000, but is 0
            {block: C2f, out: 16, repeats: 2000000}   | 'repeats' must be 1 to 1000, but is 2000000
            {block: C2f, out: 16, repeats: many}      | 'repeats' must be a whole number, but is 'many'
            {block: C2f, out: 16, shortcut: 1}        | 'shortcut' must be true or false, but is '1'
            {block: C2f, out: 16, expansion: 0}       | 'expansion' must be a number above 0, but is '0'
            {block: C3, out: 16, expansion: __import__('os')} | must be a number above 0, but is '__import__('os')'
            {block: C3, out: 16, expansion: .01}      | row 1: an expansion of 0.01 leaves none of 16 channels
            {block: Upsample, factor: 1.5}            | 'factor' must be a whole number of at least 1, but is '1.5'
            {block: Upsample, factor: 0}              | 'factor' must be a whole number of at least 1, but is '0'
            {block: Upsample, mode: bilinear}         | Upsample supports the mode 'nearest' only, not 'bilinear'
            {block: Upsample, size: 80}               | Upsample to a fixed size is not supported; give a factor, as in
            {block: Concat, dimension: 2}             | Concat joins channels, dimension 1, not dimension 2
            {block: Conv, from: [-1, 0], out: 8}      | Conv reads one row, but 'from' names 2; join them with a Concat
            {block: Conv, from: [], out: 8}           | row 1 reads nothing; give 'from', as in from: -1
            {block: Conv, from: 1, out: 8}            | row 1 reads row 1, which does not come before it
            {block: Conv, from: 7, out: 8}            | row 1 reads row 7, which does not come before it
            {block: Conv, from: -3, out: 8}           | row 1 reads row -3, which does not come before it
            {block: Conv, from: input, out: 8}        | 'from' must be a whole number, but is 'input'
            {out: 16, kernel: 3}                      | row 1 has no 'block'; give it, as in block: Conv
            {block: Conv, out: 16, out: 32}           | 'out' is given twice
            Conv                                      | a row is {block: .., ..} or [from, repeats, block, args]
            [-1, 1, Conv]                             | row 1 must be [from, repeats, block, args], but has 3 fields
            [-1, 1, Conv, 16]                         | the arguments of row 1 must be a list
            [-1, 1, Conv, [16, 3, 2, 1, 1, 1, 1]]     | Conv takes at most 6 arguments [out, kernel, stride, padding
            [-1, 1, Conv, [__import__('os'), 3]]      | must be a whole number of at least 1, but is '__import__('os')'
            [-1, 1, nn.Conv3d, [16]]                  | Upsample, v10Detect; did you mean Conv?
            [-1, 1, C3, [16, [1, 2]]]                 | 'shortcut' must be true or false, but is '[1, 2]'
            {block: CBLinear}                         | 'widths' is missing; give a list, as in widths: [64, 128]
            {block: CBLinear, widths: [8, x]}         | 'widths' must be a list of whole numbers of at least 1
            {block: CBLinear, widths: []}             | 'widths' must be a list of whole numbers of at least 1
            {block: CBFuse, parts: [0]}               | CBFuse selects 1 parts, but reads 1 rows; give one index
            {block: CBFuse, from: [0, -1], parts: [1]} | CBFuse selects part 1 of a row with 1 outputs; count the parts
            {block: C2fCIB, out: 16, groups: 2}       | depthwise and pointwise convolutions only; leave out
            {block: ELAN1, out: 16, split: 7, inner: 4} | 'split' is 7, which has no halves; give an even number
            {block: PSA, out: 32}                     | partial self-attention keeps the width, but reads 16
            {block: A2C2f, out: 32, residual: true}   | keeps the width, but reads 16 channels for out 32
            {block: A2C2f, out: 16, areas: 5}         | pixels, which do not split into 5 equal areas
            """)
    void errorNamesInvalidRow(String row, String expected) {
        assertThatThrownBy(() -> build(FIRST + "  - " + row + "\n" + HEAD)).isInstanceOf(ArchitectureException.class)
                .message().startsWith("custom.yaml:3").contains(expected).doesNotContain("Exception");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {block: Conv, out: 16}                    | the last row must be Detect, but is Conv; add {block: Detect
            {block: Detect, from: [0, 1], klasses: 3} | Detect has no field 'klasses'; use one of [classes, bins
            {block: Detect, from: [0, 1], classes: many} | 'classes' must be a whole number or nc, but is 'many'
            {block: Detect, from: [0, 5]}             | row 2 reads row 5, which does not come before it
            [[0, 1], 1, Detect, [nc, 16, 3]]          | 'end_to_end' must be true or false, but is '3'
            [[0, 1], 1, v10Detect, [nc, 16]]          | v10Detect takes at most 1 arguments [classes], but has 2
            {block: Detect, from: [0, 1], bins: 0}    | 'bins' must be a whole number of at least 1, but is '0'
            {block: DualDDetect, from: [0, 1, 1]}     | divides its rows among 2 branches, but 'from' names 3
            """)
    void errorNamesInvalidHead(String row, String expected) {
        assertThatThrownBy(() -> build(FIRST + "  - {block: Conv, out: 8, kernel: 3, stride: 2}\n  - " + row + "\n"))
                .isInstanceOf(ArchitectureException.class).message().startsWith("custom.yaml:4: ").contains(expected);
    }

    @Test
    void errorNamesLevelWithoutIntegerStride() {
        String file = """
                rows:
                  - {block: Conv, out: 16, kernel: 3, stride: 2, padding: 0}
                  - {block: Detect, from: [0]}
                """;
        assertThatThrownBy(() -> build(file)).isInstanceOf(ArchitectureException.class)
                .hasMessageStartingWith("custom.yaml:3: level 0 of Detect has 511x511 cells for an image of 1024x1024")
                .hasMessageContaining("the stride must be a whole number; check the paddings of row 0");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            `` | custom.yaml: the file is empty; write fields such as 'rows'
            `# nothing but a comment` | custom.yaml: the file is empty
            - 1 | custom.yaml:1: a model file has fields such as 'rows'
            rows | custom.yaml:1: a model file has fields such as 'rows'
            rows: 3 | custom.yaml:1: 'rows' must be a list of rows
            rows: [] | custom.yaml: no rows; give them under 'rows'
            `{reg_max: 0, rows: [[-1, 1, Detect, [nc]]]}` | custom.yaml:1: 'reg_max' must be at least 1, but is 0
            `{end2end: 3, rows: [[-1, 1, Detect, [nc]]]}` | custom.yaml:1: 'end2end' must be true or false
            nc: 3 | custom.yaml: no rows; give them under 'rows'
            row: [] | anchors]; did you mean rows?
            anchors: [[10, 13]] | custom.yaml: no rows; give them under 'rows'
            activation: nn.ReLU() | custom.yaml: no rows; give them under 'rows'
            {{}: 3} | custom.yaml: not a YAML file:
            """)
    void errorNamesFileThatIsNotAModel(String text, String expected) {
        assertThatThrownBy(() -> ArchitectureReader.read(text, "custom.yaml")).isInstanceOf(ArchitectureException.class)
                .message().startsWith("custom.yaml").contains(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            nc: eighty | custom.yaml:1: 'nc' must be a whole number, but is 'eighty'
            nc: 0 | custom.yaml:1: 'nc' must be at least 1, but is 0
            scales: {n: [1, 2]} | custom.yaml:1: scale 'n' must be [depth, width, max_channels], but has 2 values
            scales: {n: 3} | custom.yaml:1: a scale has depth, width and max_channels
            scales: {n: {depth: 1, width: 1}} | custom.yaml:1: scale 'n' has no 'max_channels'
            scales: {n: {depth: 1, width: 1, max_channels: 8, x: 1}} | custom.yaml:1: unknown field 'x'; use one of [
            scales: {n: [1, wide, 1024]} | custom.yaml:1: 'width' must be a number, but is 'wide'
            scales: {n: [1, 0, 1024]} | custom.yaml:1: 'width' must be above 0 and finite, but is 0
            scales: {n: [1, 1e999, 1024]} | custom.yaml:1: 'width' must be above 0 and finite, but is Infinity
            scales: {n: [1, 1, 0]} | custom.yaml:1: 'max_channels' must be at least 1, but is 0
            scales: [n, s] | custom.yaml:1: 'scales' maps a letter to depth, width and max_channels
            scale: m | custom.yaml:1: 'scale' is 'm', but the file has no 'scales'
            activation: nn.Swish() | custom.yaml:1: 'activation' is 'nn.Swish()', but known are SiLU, ReLU
            anchors: [[10, 13]] | custom.yaml:1: 'anchors' are boxes of an anchor-based head, but heads are
            ch: 4 | custom.yaml:1: 'ch' is 4, but images have 3 channels; write 3 or leave it out
            width_multiple: -1 | custom.yaml:1: 'width_multiple' must be above 0
            """)
    void errorNamesInvalidSetting(String text, String expected) {
        String file = text + "\n" + FIRST + HEAD.replace("[0, 1]", "0");
        assertThatThrownBy(() -> build(file)).isInstanceOf(ArchitectureException.class)
                .hasMessageStartingWith(expected);
    }

    @Test
    void errorNamesLineOfInvalidYaml() {
        assertThatThrownBy(() -> ArchitectureReader.read("rows:\n  - {block: Conv\n  - ]\n", "custom.yaml"))
                .isInstanceOf(ArchitectureException.class).hasMessageStartingWith("custom.yaml:3: not a YAML file: ");
    }

    @Test
    void rowsAndBackboneExcludeEachOther() {
        String file = "rows: [[-1, 1, Conv, [8]]]\nhead: [[-1, 1, Conv, [8]]]\n";
        assertThatThrownBy(() -> build(file)).isInstanceOf(ArchitectureException.class)
                .hasMessageStartingWith("custom.yaml:2: rows belong under 'rows', or under 'backbone' and 'head', but");
    }

    @Test
    void objectTagsAreNotEvaluated() {
        String file = FIRST + "  - {block: Conv, out: !!python/object/apply:os.system ['id']}\n" + HEAD;
        assertThatThrownBy(() -> build(file)).isInstanceOf(ArchitectureException.class)
                .hasMessageStartingWith("custom.yaml:3: a value must be a number");
    }

    @Test
    void recursiveCollectionIsRejected() {
        assertThatThrownBy(() -> ArchitectureReader.read("rows: &a [*a]\n", "custom.yaml"))
                .isInstanceOf(ArchitectureException.class).hasMessageStartingWith("custom.yaml:1: ");
    }

    @ParameterizedTest
    @CsvSource({"999999999,1", "999999999,99999", "1000,2001"})
    void modelWithTooManyParametersIsRejected(int out, int kernel) {
        String file = FIRST + "  - {block: Conv, out: " + out + ", kernel: " + kernel + "}\n" + HEAD;
        assertThatThrownBy(() -> build(file)).isInstanceOf(ArchitectureException.class)
                .hasMessageMatching("custom.yaml.* (2147483647 parameters|too large).*");
    }

    @Test
    void unknownScaleListsTheKnownOnes() {
        Architecture architecture = ArchitectureCatalog.builtIn("yolov8");
        assertThatThrownBy(() -> architecture.scale("q")).isInstanceOf(ArchitectureException.class)
                .hasMessage("yolov8 has no scale 'q'; use one of n, s, m, l, x");
        assertThat(architecture.scale("").name()).isEqualTo("n");
    }

    private static Model build(String text) {
        Architecture architecture = ArchitectureReader.read(text, "custom.yaml");
        return Model.of(new Sized(architecture, architecture.scale("")), 2);
    }
}
