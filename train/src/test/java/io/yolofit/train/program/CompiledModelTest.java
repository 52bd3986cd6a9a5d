package io.yolofit.train.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.engine.Engine;
import io.yolofit.engine.testing.EachEngine;
import io.yolofit.engine.testing.Engines;
import io.yolofit.graph.DType;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.train.plan.RunPlan;
import io.yolofit.train.plan.RunSpec.Batches;
import io.yolofit.train.plan.RunSpec;
import io.yolofit.train.plan.Target;
import io.yolofit.train.trainer.TinyRun;
import io.yolofit.zoo.model.Initializer;
import io.yolofit.zoo.model.Model;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;

class CompiledModelTest {
    private static final CompileOptions OPTIONS = new CompileOptions(CompileOptions.Gains.DEFAULT, DType.F32,
            Update.Rule.SGD, 4, false, Recompute.Policy.DEFAULT);

    private final Model model = TinyRun.model(3);
    private Engine engine;
    private CompiledModel compiled;
    private RunPlan plan;
    private InferenceSession session;

    private void compile(String device) {
        engine = Engines.open(device, 1);
        compiled = CompiledModel.of(engine, model, name -> false);
        InputShape shape = InputShape.square(1, 32);
        plan = RunPlan.of(new RunSpec(model, compiled.layout(), OPTIONS,
                new Batches(List.of(shape), List.of(shape), 4)), Target.of(engine));
        engine.reserve(plan.programs());
        session = InferenceSession.ofRun(compiled, OPTIONS, plan.validation(), 4);
    }

    @AfterEach
    void close() {
        if (engine != null) { // else the test was skipped
            session.close();
            engine.close();
        }
    }

    @EachEngine
    void readsTheAverageThatWasWritten(String device) {
        compile(device);
        Map<String, float[]> values = Initializer.of(model, 3);
        values.forEach((name, numbers) -> numbers[0] = name.hashCode()); // all tensors differ

        compiled.writeAverage(values);

        Map<String, float[]> read = compiled.readAverage();
        assertThat(read).containsOnlyKeys(values.keySet());
        values.forEach((name, numbers) -> assertThat(read.get(name)).as(name).isEqualTo(numbers));
    }

    @EachEngine
    void tensorsThatAreNotNamedKeepTheirValues(String device) {
        compile(device);
        compiled.writeAverage(Initializer.of(model, 3));
        Map<String, float[]> before = compiled.readAverage();

        compiled.writeAverage(Map.of("model.7.cv3.0.2.bias", new float[] {1, 2, 3}));

        Map<String, float[]> after = compiled.readAverage();
        assertThat(after.get("model.7.cv3.0.2.bias")).containsExactly(1, 2, 3);
        before.remove("model.7.cv3.0.2.bias");
        before.forEach((name, values) -> assertThat(after.get(name)).as(name).isEqualTo(values));
    }

    @EachEngine
    void trainedParametersAndTheirAverageAreSeparate(String device) {
        compile(device);
        try (TrainingSession _ = new TrainingSession(compiled, OPTIONS, plan.steps(), plan.update())) {
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
