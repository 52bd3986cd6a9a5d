package io.yolofit.graph.pass;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.graph.testing.TinyModel;
import io.yolofit.testkit.Golden;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Golden text of every pass, applied to [TinyModel]; `-Dgolden.update=true` rewrites the files.
class GoldenTest {
    private static final Graph FLAT = FlattenState.training(TinyModel.layout()).run(TinyModel.forward());
    private static final Graph LOSS = new DropOutputs(Set.of("items", "statistics")::contains)
            .run(new AttachLoss(TinyModel.LOSS, TinyModel.CAPACITY).run(FLAT));
    private static final Graph GRADIENTS = new Differentiate(TinyModel.layout(), false).run(LOSS);
    private static final Graph AVERAGE = FlattenState.average(TinyModel.layout()).run(TinyModel.forward());
    private static final Graph FOLDED = FoldNormalization.all().run(AVERAGE);

    @Test
    void forward() {
        Golden.check("forward.ir", TinyModel.forward());
    }

    @Test
    void flattenStateForTraining() {
        Golden.check("flatten_state_training.ir", FLAT);
    }

    @Test
    void flattenStateFromTheAverage() {
        Golden.check("flatten_state_average.ir", AVERAGE);
    }

    @Test
    void precision() {
        Golden.check("precision_bf16.ir", new Precision(DType.BF16).run(FLAT));
    }

    @Test
    void precisionOfFoldedWeights() {
        Golden.check("precision_folded_f16.ir", new Precision(DType.F16).run(FOLDED));
    }

    @Test
    void singlePrecisionChangesNothing() {
        assertThat(new Precision(DType.F32).run(FLAT)).isSameAs(FLAT);
    }

    @Test
    void attachLossAndDropOutputs() {
        Golden.check("attach_loss.ir", LOSS);
    }

    @Test
    void fuseResidual() {
        Golden.check("fuse_residual.ir", new FuseResidual().run(LOSS));
    }

    @Test
    void differentiate() {
        Golden.check("differentiate.ir", GRADIENTS);
    }

    @Test
    void differentiateIntoSums() {
        Golden.check("differentiate_sums.ir", new Differentiate(TinyModel.layout(), true).run(LOSS));
    }

    @Test
    void differentiateWithFrozenParameters() {
        StateLayout layout = TinyModel.layoutWithFrozenFirstBlock();
        Golden.check("differentiate_frozen.ir", Pipeline.training(TinyModel.forward(), layout, TinyModel.LOSS,
                TinyModel.CAPACITY, DType.F32, null, Recompute.Policy.OFF));
    }

    @Test
    void attachUpdate() {
        Golden.check("attach_update.ir", new AttachUpdate(TinyModel.layout(), Update.Rule.SGD).run(GRADIENTS));
    }

    @Test
    void updateAlone() {
        Golden.check("update_alone.ir", Pipeline.update(TinyModel.layout(), Update.Rule.ADAMW, DType.F32));
    }

    @Test
    void scaledLoss() {
        Graph step = new AttachUpdate(TinyModel.layout(), Update.Rule.SGD).run(GRADIENTS);
        Golden.check("scale_loss.ir", new ScaleLoss(DType.F16).run(step));
    }

    @Test
    void scaledLossOfSummedGradients() {
        Golden.check("scale_loss_sums.ir", new ScaleLoss(DType.F16).run(GRADIENTS));
    }

    @Test
    void scaledUpdateAlone() {
        Golden.check("scale_loss_update.ir", Pipeline.update(TinyModel.layout(), Update.Rule.ADAMW, DType.F16));
    }

    @Test
    void otherTypesNeedNoScale() {
        assertThat(new ScaleLoss(DType.BF16).run(GRADIENTS)).isSameAs(GRADIENTS);
        assertThat(new ScaleLoss(DType.F32).run(GRADIENTS)).isSameAs(GRADIENTS);
    }

    @Test
    void foldNormalization() {
        Golden.check("fold_normalization.ir", FOLDED);
    }

    @Test
    void attachDecode() {
        Golden.check("attach_decode.ir", new AttachDecode(TinyModel.DECODE).run(FOLDED));
    }

    @Test
    void trainingInHalfPrecision() {
        Golden.check("training_bf16_sgd.ir", Pipeline.training(TinyModel.forward(), TinyModel.layout(), TinyModel.LOSS,
                TinyModel.CAPACITY, DType.BF16, Update.Rule.SGD, Recompute.Policy.OFF));
    }

    @Test
    void inferenceWithLoss() {
        Golden.check("inference_loss.ir", Pipeline.inference(TinyModel.forward(), TinyModel.layout(), TinyModel.DECODE,
                TinyModel.LOSS_ONLY, TinyModel.CAPACITY, DType.F16));
    }
}
