package io.yolofit.data.files;

import java.nio.file.Path;
import java.util.Set;

/// Image formats by file extension.
///
/// Readable formats are those that the bundled OpenCV decodes to correct 8-bit pixels. It also has decoders for JPEG
/// 2000 and OpenEXR, which are disabled for security, and for PAM and PFM, which swap channels or ignore the scale.
public final class ImageFormats {
    /// The readable formats, for messages.
    public static final String READABLE_NAMES = "jpg, png, bmp, webp, tif, gif, ppm, pgm, pbm, ras";

    private static final Set<String> READABLE = Set.of("bmp", "dib", "jpg", "jpeg", "jpe", "jfif", "mpo", "png", "apng",
            "tif", "tiff", "webp", "gif", "ppm", "pgm", "pbm", "pnm", "ras", "sr");
    private static final Set<String> UNREADABLE = Set.of("heic", "heif", "hif", "avif", "jxl", "jp2", "j2k", "j2c",
            "jpc", "jpf", "jpx", "jph", "jxr", "wdp", "svg", "svgz", "psd", "psb", "exr", "hdr", "pic", "pfm", "pam",
            "ico", "cur", "tga", "pcx", "dng", "cr2", "cr3", "nef", "nrw", "arw", "orf", "rw2", "raf", "pef", "srw",
            "raw", "dcm", "xcf", "eps", "fits", "qoi");

    private ImageFormats() {
    }

    public static boolean isReadable(Path file) {
        return READABLE.contains(FileNames.extension(file));
    }

    /// Whether the extension is that of any image format, readable or not.
    public static boolean isImage(Path file) {
        return isReadable(file) || UNREADABLE.contains(FileNames.extension(file));
    }
}
