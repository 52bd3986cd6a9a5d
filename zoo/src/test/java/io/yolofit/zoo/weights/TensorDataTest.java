package io.yolofit.zoo.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TensorDataTest {

    @ParameterizedTest(name = "{0} {1} is {2}")
    @CsvSource({
        "F64, 000000000000f8bf, -1.5", "F32, 0000c0bf, -1.5", "F16, 00be, -1.5", "F16, ff7b, 65504", "BF16, c0bf, -1.5",
        "I64, feffffffffffffff, -2", "I32, feffffff, -2", "I16, feff, -2", "I8, fe, -2",
        "U64, ffffffffffffffff, 18446744073709551615", "U32, feffffff, 4294967294", "U16, feff, 65534", "U8, fe, 254",
        "BOOL, 01, 1"})
    void readsEveryTypeAsFloats(ElementType type, String bytes, float expected) {
        MemorySegment data = MemorySegment.ofArray(HexFormat.of().parseHex(bytes));

        assertThat(new TensorData(type, new long[] {1}, data).toFloats()).containsExactly(expected);
        assertThat(new TensorData(type, new long[0], data).toFloats()).containsExactly(expected);
    }

    @Test
    void readsAnUnalignedPartOfAFile() {
        byte[] file = HexFormat.of().parseHex("aa0000803f00000040bb");
        TensorData tensor = new TensorData(ElementType.F32, new long[] {2}, MemorySegment.ofArray(file).asSlice(1, 8));

        assertThat(tensor.toFloats()).containsExactly(1, 2);
    }

    @Test
    void keepsFloatsAndLongsExactly() {
        TensorData floats = TensorData.of(new float[] {0.1f, -0f, Float.MAX_VALUE, Float.NaN, 0, 7}, 2, 3);
        TensorData longs = TensorData.of(new long[] {Long.MIN_VALUE, 9_007_199_254_740_993L}, 2);

        assertThat(floats.toFloats()).containsExactly(0.1f, -0f, Float.MAX_VALUE, Float.NaN, 0, 7);
        assertThat(floats.shape()).containsExactly(2, 3);
        assertThat(floats.byteSize()).isEqualTo(24);
        assertThat(longs.toLongs()).containsExactly(Long.MIN_VALUE, 9_007_199_254_740_993L);
        assertThatThrownBy(floats::toLongs).hasMessageContaining("F32 [2, 3]").hasMessageContaining("toFloats");
    }

    @Test
    void isImmutable() {
        long[] shape = {1};
        float[] values = {1};
        TensorData tensor = TensorData.of(values, shape);
        values[0] = 2;
        shape[0] = 2;
        tensor.shape()[0] = 3;

        assertThat(tensor).isEqualTo(TensorData.of(new float[] {1}, 1));
        assertThatThrownBy(() -> tensor.data().set(ValueLayout.JAVA_BYTE, 0, (byte) 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /// Native copies would stay until a garbage collection, which heap usage alone triggers.
    @Test
    void tensorsOfArraysTakeNoNativeMemory() {
        float[] values = {1, 2};
        TensorData view = TensorData.over(values, 2);
        assertThat(view).isEqualTo(TensorData.of(values, 2));
        assertThat(view.data().isNative()).isFalse();
        assertThat(TensorData.of(values, 2).data().isNative()).isFalse();
        assertThat(TensorData.of(new long[] {1}, 1).data().isNative()).isFalse();
    }

    @Test
    void differsByTypeShapeAndBytes() {
        TensorData tensor = TensorData.of(new float[] {1, 2}, 2);

        assertThat(tensor).isNotEqualTo(TensorData.of(new float[] {1, 2}, 1, 2));
        assertThat(tensor).isNotEqualTo(TensorData.of(new float[] {1, 3}, 2));
        assertThat(tensor).isNotEqualTo(new TensorData(ElementType.I32, new long[] {2}, tensor.data()));
    }

    @Test
    void rejectsAShapeThatDoesNotFitItsData() {
        assertThatThrownBy(() -> TensorData.of(new float[3], 2, 2))
                .hasMessage("F32 [2, 2] needs 16 bytes, but the data has 12");
        assertThatThrownBy(() -> TensorData.of(new float[4], -2, -2)).hasMessageContaining("negative");
    }
}
