package io.yolofit.train.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.engine.cpu.CpuEngine;
import io.yolofit.graph.DType;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.train.trainer.TinyRun;
import io.yolofit.zoo.model.Initializer;
import io.yolofit.zoo.model.Model;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CompiledModelTest {
    private final Model model = TinyRun.model(3);
    private final CpuEngine engine = new CpuEngine(1);
    private final CompiledModel compiled = CompiledModel.of(engine, model, name -> false);
    private final InferenceSession session = InferenceSession.of(compiled, DType.F32).prepare(1, 32, 32);

    @AfterEach
    void close() {
        session.close();
        engine.close();
    }

    @Test
    void readsTheAverageThatWasWritten() {
        Map<String, float[]> values = Initializer.of(model, 3);
        values.forEach((name, numbers) -> numbers[0] = name.hashCode()); // all tensors differ

        compiled.writeAverage(values);

        Map<String, float[]> read = compiled.readAverage();
        assertThat(read).containsOnlyKeys(values.keySet());
        values.forEach((name, numbers) -> assertThat(read.get(name)).as(name).isEqualTo(numbers));
    }

    @Test
    void tensorsThatAreNotNamedKeepTheirValues() {
        compiled.writeAverage(Initializer.of(model, 3));
        Map<String, float[]> before = compiled.readAverage();

        compiled.writeAverage(Map.of("model.7.cv3.0.2.bias", new float[] {1, 2, 3}));

        Map<String, float[]> after = compiled.readAverage();
        assertThat(after.get("model.7.cv3.0.2.bias")).containsExactly(1, 2, 3);
        before.remove("model.7.cv3.0.2.bias");
        before.forEach((name, values) -> assertThat(after.get(name)).as(name).isEqualTo(values));
    }

    @Test
    void trainedParametersAndTheirAverageAreSeparate() {
        CompileOptions options = new CompileOptions(CompileOptions.Gains.DEFAULT, DType.F32,
                io.yolofit.graph.op.Update.Rule.SGD, 4, false, Recompute.Policy.DEFAULT);
        try (TrainingSession _ = new TrainingSession(compiled, options, 1, 32, 32)) {
            compiled.writeAverage(Initializer.of(model, 3));
            Map<String, float[]> average = compiled.readAverage();

            compiled.writeTrained(Initializer.of(model, 4));

            compiled.readAverage().forEach((name, values) -> assertThat(values).as(name).isEqualTo(average.get(name)));
            var slot = compiled.layout().parameters().get("model.3.conv.weight");
            assertThat(engine.state().read("parameters", slot.offset(), (int) slot.shape().count()))
                    .isEqualTo(Initializer.of(model, 4).get("model.3.conv.weight"));
        }
    }
}
