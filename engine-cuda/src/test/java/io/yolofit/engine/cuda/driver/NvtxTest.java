package io.yolofit.engine.cuda.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Ranges with a library of this test, which records its calls.
class NvtxTest {
    private final List<String> calls = new ArrayList<>();

    private int push(MemorySegment name) {
        calls.add("push " + name.getString(0));
        return 0;
    }

    private int pop() {
        calls.add("pop");
        return 0;
    }

    private Nvtx recorder() throws ReflectiveOperationException {
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        MethodHandle push = lookup.bind(this, "push", MethodType.methodType(int.class, MemorySegment.class));
        return new Nvtx(push, lookup.bind(this, "pop", MethodType.methodType(int.class)));
    }

    @Test
    void rangesEncloseTheirCalls() throws ReflectiveOperationException {
        Nvtx nvtx = recorder();
        nvtx.range("conv2d.forward model.1", () -> calls.add("launch"));
        nvtx.range("bnact.forward model.1", () -> calls.add("launch"));
        assertThat(calls).containsExactly("push conv2d.forward model.1", "launch", "pop",
                "push bnact.forward model.1", "launch", "pop");
    }

    @Test
    void anExceptionEndsItsRange() throws ReflectiveOperationException {
        Nvtx nvtx = recorder();
        assertThatThrownBy(() -> nvtx.range("add", () -> {
            throw new CudaException("no launch");
        })).isInstanceOf(CudaException.class);
        assertThat(calls).containsExactly("push add", "pop");
    }

    @ParameterizedTest
    @CsvSource({"1, true", "yes, true", "0, false", "' 0 ', false", "'', false"})
    void theVariableRequestsRanges(String value, boolean requested) {
        assertThat(Nvtx.isRequested(value)).isEqualTo(requested);
    }

    @Test
    void withoutTheVariableNothingIsLoaded() {
        assertThat(Nvtx.requested(Map.of())).isEmpty();
        assertThat(Nvtx.requested(Map.of(Nvtx.VARIABLE, "0"))).isEmpty();
    }
}
