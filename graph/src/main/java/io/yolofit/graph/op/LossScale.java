package io.yolofit.graph.op;

import io.yolofit.graph.DType;
import io.yolofit.graph.Node;
import io.yolofit.graph.Role;
import io.yolofit.graph.TensorType;
import java.util.Collections;
import java.util.List;

/// Dynamic loss scaling for fp16 training (Micikevicius et al., Mixed Precision Training, 2018). It runs on the device,
/// so the host never waits for a gradient norm.
///
/// The persistent `scaler[3]` holds the scale, the finite steps since it last changed, and the updates applied so far.
public sealed interface LossScale extends Op {
    /// Length of the scaler.
    int COUNT = 3;
    /// Index of the scale.
    int SCALE = 0;
    /// Index of the count of finite steps.
    int GOOD_STEPS = 1;
    /// Index of the count of updates.
    int UPDATES = 2;

    /// The initial scaler of a run.
    static float[] initial() {
        return new float[] {65536, 0, 0};
    }

    /// The step's scalars ([StepScalars]) with loss scale and step number replaced by the scaler's. The step number is
    /// that of the next update; skipped steps do not count.
    ///
    /// Operands scalars, scaler.
    record Apply() implements LossScale {
        @Override
        public String name() {
            return "loss_scale.apply";
        }

        @Override
        public List<TensorType> infer(Operands in) {
            in.expect(2, 2);
            in.vector(0, "scalars", StepScalars.COUNT);
            in.vector(1, "scaler", COUNT);
            return List.of(TensorType.of(DType.F32, StepScalars.COUNT));
        }

        @Override
        public Cost cost(Node node) {
            return Cost.of(node, 1);
        }
    }

    /// Adjusts the scaler after a step, in place. A finite norm counts as an update and as a finite step; after
    /// `interval` consecutive finite steps the scale is multiplied by `growth`. A non-finite norm multiplies the scale
    /// by `backoff` and resets the count.
    ///
    /// Operands scaler, norm ([GradientNorm]).
    record Adjust(double growth, double backoff, int interval) implements LossScale {
        public Adjust {
            if (!(growth >= 1) || !(backoff > 0 && backoff < 1) || interval < 1) {
                throw new IllegalArgumentException("growth " + growth + ", backoff " + backoff + ", interval "
                        + interval + ": growth must be at least 1, backoff between 0 and 1, interval at least 1");
            }
        }

        /// Doubles after 2000 consecutive finite steps, halves after a non-finite one.
        public static Adjust standard() {
            return new Adjust(2, .5, 2000);
        }

        @Override
        public String name() {
            return "loss_scale.adjust";
        }

        @Override
        public List<TensorType> infer(Operands in) {
            in.expect(2, 2);
            in.vector(0, "scaler", COUNT);
            in.vector(1, "norm", 1);
            return List.of(in.any(0, "scaler"));
        }

        @Override
        public List<Role> roles(Role asked, int outputs) {
            return Collections.nCopies(outputs, Role.OPTIMIZER);
        }

        @Override
        public List<Alias> aliases(Node node) {
            return List.of(Alias.inPlace(0, 0));
        }

        @Override
        public Cost cost(Node node) {
            return Cost.of(node, COUNT);
        }
    }
}
