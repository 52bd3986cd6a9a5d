package io.yolofit.train.plan;

import io.yolofit.graph.DType;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.train.program.CompileOptions;
import io.yolofit.train.program.InputShape;
import io.yolofit.train.program.ModelGraphs;
import io.yolofit.zoo.model.Model;
import java.util.List;
import java.util.Optional;

/// Inference with a trained model: validation or prediction.
///
/// @param layout    of the model's flat buffers
/// @param precision element type of activations
/// @param gains     of the loss; empty for predictions only
/// @param capacity  maximum number of objects in a batch, with a loss
/// @param shapes    of all batches, or the largest of them, the largest first
public record InferenceSpec(Model model, StateLayout layout, DType precision, Optional<CompileOptions.Gains> gains,
        long capacity, List<InputShape> shapes) implements PlanSpec {
    public InferenceSpec {
        shapes = List.copyOf(shapes);
        if (shapes.isEmpty()) {
            throw new IllegalArgumentException("inference without batches");
        }
    }

    @Override
    public List<ProgramSpec> programs(Target target) {
        ModelGraphs graphs = new ModelGraphs(model, layout);
        return ProgramSpec.of(ProgramSpec.Kind.VALIDATION, shapes, shape ->
                graphs.inference(precision, gains.orElse(null), capacity, shape));
    }
}
