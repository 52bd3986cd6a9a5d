package io.yolofit.graph.op;

/// Weight of a head branch's loss in the total loss.
public sealed interface BranchWeight {
    /// The weight of a branch that is the only one.
    BranchWeight ONE = new Fixed(1);

    /// The weight in a step.
    ///
    /// @param scalars of the step
    double in(double[] scalars);

    /// The same weight throughout the run.
    record Fixed(double value) implements BranchWeight {
        @Override
        public double in(double[] scalars) {
            return value;
        }
    }

    /// A weight that changes from step to step.
    ///
    /// @param scalar the step scalar that holds it
    record Scheduled(StepScalar scalar) implements BranchWeight {
        @Override
        public double in(double[] scalars) {
            return scalar.in(scalars);
        }
    }
}
