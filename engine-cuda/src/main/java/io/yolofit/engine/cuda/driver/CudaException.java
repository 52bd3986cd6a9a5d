package io.yolofit.engine.cuda.driver;

import io.yolofit.engine.DeviceException;

/// A call of the driver or of a library of NVIDIA failed, or a library is missing. The message names the call, the
/// error code and its name, and the operands.
public final class CudaException extends DeviceException {
    private static final long serialVersionUID = 1L;

    public CudaException(String message) {
        super(message);
    }

    public CudaException(String message, Throwable cause) {
        super(message, cause);
    }
}
