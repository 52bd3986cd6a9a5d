package io.yolofit.zoo.architecture;

/// An invalid model file or model name. The message gives the problem, the place (file and line) and a fix.
public final class ArchitectureException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ArchitectureException(String message) {
        super(message);
    }
}
