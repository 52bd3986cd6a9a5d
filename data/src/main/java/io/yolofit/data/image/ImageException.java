package io.yolofit.data.image;

import java.io.IOException;
import java.io.Serial;

/// An image file that cannot be used. The message gives the reason, without the file's name.
public final class ImageException extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    public ImageException(String message) {
        super(message);
    }
}
