package io.yolofit.train.plan;

/// Options that no plan can follow. The message says which, and what to give instead.
public class PlanException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public PlanException(String message) {
        super(message);
    }
}
