package io.yolofit.zoo.architecture;

/// A model file or a model name that cannot be understood: what, where (file and line), and what to do.
public final class ArchitectureException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ArchitectureException(String message) {
        super(message);
    }
}
