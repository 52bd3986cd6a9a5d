package io.yolofit.engine;

import io.yolofit.base.YoloFitException;

/// A call of a device's driver or of one of its libraries failed, or a library is missing. The message names the call,
/// the error and the operands.
public class DeviceException extends YoloFitException {
    private static final long serialVersionUID = 1L;

    public DeviceException(String message) {
        super(message, "", "");
    }

    public DeviceException(String message, Throwable cause) {
        super(message, "", "", cause);
    }
}
