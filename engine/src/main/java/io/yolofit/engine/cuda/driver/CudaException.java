package io.yolofit.engine.cuda.driver;

/// A call of the driver or of one of NVIDIA's libraries that failed, or a library that is not there: says which call,
/// the code and its name, and what it was about.
public final class CudaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CudaException(String message) {
        super(message);
    }

    public CudaException(String message, Throwable cause) {
        super(message, cause);
    }
}
