package io.yolofit.train.plan;

import io.yolofit.base.Failure;
import io.yolofit.base.YoloFitException;

/// Options that no plan can follow. The message says which, and what to give instead.
public class PlanException extends YoloFitException {
    private static final long serialVersionUID = 1L;

    public PlanException(Failure failure) {
        super(failure);
    }
}
