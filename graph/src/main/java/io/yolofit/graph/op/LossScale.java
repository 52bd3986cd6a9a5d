package io.yolofit.graph.op;

import io.yolofit.graph.DType;
import io.yolofit.graph.Node;
import io.yolofit.graph.Role;
import io.yolofit.graph.TensorType;
import java.util.Collections;
import java.util.List;

/// The dynamic loss scale of fp16 training (Micikevicius et al., Mixed Precision Training, 2018): decided where the
/// step runs, so that nobody waits for a norm.
///
/// The persistent `scaler[3]` holds the scale, the good steps since it last changed, and the updates applied so far.
public sealed interface LossScale extends Op {
    /// Length of the scaler.
    int COUNT = 3;
    /// Where the scaler keeps the scale.
    int SCALE = 0;
    /// Where it counts good steps.
    int GOOD_STEPS = 1;
    /// Where it counts updates.
    int UPDATES = 2;

    /// A scaler at the beginning of a run.
    static float[] initial() {
        return new float[] {65536, 0, 0};
    }

    /// The step's scalars ([StepScalars]) with the scaler's own: the loss scale, and as the step's number that of the
    /// update that comes next. Skipped steps do not count.
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

    /// What a step does to the scaler, in place. A finite norm counts as an update and as a good step; `interval` good
    /// steps in a row multiply the scale by `growth`. Any other norm multiplies it by `backoff` and ends the row.
    ///
    /// Operands scaler, norm ([GradientNorm]).
    record Adjust(double growth, double backoff, int interval) implements LossScale {
        public Adjust {
            if (!(growth >= 1) || !(backoff > 0 && backoff < 1) || interval < 1) {
                throw new IllegalArgumentException("a loss scale grows by 1 or more, backs off to a part, after 1 step"
                        + " or more; not growth " + growth + ", backoff " + backoff + ", interval " + interval);
            }
        }

        /// Doubles after 2000 good steps, halves after a bad one.
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
