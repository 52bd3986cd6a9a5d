package io.yolofit.data.check;

import io.yolofit.data.dataset.LabeledImage;
import io.yolofit.data.image.GrayThumbnail;
import java.io.IOException;
import java.util.Arrays;

/// What an image looks like, in 63 bits: the signs of its 63 lowest spatial frequencies relative to their median (a
/// perceptual hash, after Zauner, Implementation and Benchmarking of Perceptual Image Hash Functions, 2010).
/// Compression, scaling and brightness change a few bits; cropping, flipping and rotation change many.
///
/// @param bits    the hash
/// @param picture `[16, 16]` gray bytes, which confirm that two images of similar hashes look alike
/// @param flat    whether the image has hardly any contrast, so that its hash is noise
public record PictureHash(long bits, byte[] picture, boolean flat) {
    private static final int SIDE = 32;
    private static final int LOW = 8;
    private static final int SMALL = 16;
    private static final double LEAST_CONTRAST = 2; // gray levels, standard deviation
    private static final int BYTE = 0xff;
    private static final double[][] COSINES = cosines();

    static PictureHash of(LabeledImage image) throws IOException {
        return of(GrayThumbnail.of(image.path(), image.width(), image.height(), image.intact(), SIDE));
    }

    /// @param gray `[32, 32]` bytes
    static PictureHash of(byte[] gray) {
        double[] frequencies = frequencies(gray);
        double[] sorted = Arrays.copyOfRange(frequencies, 1, frequencies.length);
        Arrays.sort(sorted);
        double median = sorted[sorted.length / 2];
        long bits = 0;
        for (int i = 1; i < frequencies.length; i++) {
            bits |= frequencies[i] > median ? 1L << i : 0;
        }
        byte[] picture = new byte[SMALL * SMALL];
        double sum = 0;
        double squares = 0;
        for (int y = 0; y < SMALL; y++) {
            for (int x = 0; x < SMALL; x++) {
                int at = 2 * y * SIDE + 2 * x;
                int mean = ((gray[at] & BYTE) + (gray[at + 1] & BYTE) + (gray[at + SIDE] & BYTE)
                        + (gray[at + SIDE + 1] & BYTE) + 2) / 4;
                picture[y * SMALL + x] = (byte) mean;
                sum += mean;
                squares += (double) mean * mean;
            }
        }
        double average = sum / picture.length;
        return new PictureHash(bits, picture, squares / picture.length - average * average
                < LEAST_CONTRAST * LEAST_CONTRAST);
    }

    /// The 8 x 8 lowest coefficients of the cosine transform, row by row.
    private static double[] frequencies(byte[] gray) {
        double[][] rows = new double[SIDE][LOW];
        for (int y = 0; y < SIDE; y++) {
            for (int v = 0; v < LOW; v++) {
                for (int x = 0; x < SIDE; x++) {
                    rows[y][v] += COSINES[v][x] * (gray[y * SIDE + x] & BYTE);
                }
            }
        }
        double[] frequencies = new double[LOW * LOW];
        for (int u = 0; u < LOW; u++) {
            for (int v = 0; v < LOW; v++) {
                for (int y = 0; y < SIDE; y++) {
                    frequencies[u * LOW + v] += COSINES[u][y] * rows[y][v];
                }
            }
        }
        return frequencies;
    }

    private static double[][] cosines() {
        double[][] cosines = new double[LOW][SIDE];
        for (int u = 0; u < LOW; u++) {
            for (int x = 0; x < SIDE; x++) {
                cosines[u][x] = Math.cos(Math.PI * u * (2 * x + 1) / (2 * SIDE));
            }
        }
        return cosines;
    }

    /// Mean difference of the two pictures in gray levels, without their difference in brightness.
    double difference(PictureHash other) {
        double brightness = 0;
        for (int i = 0; i < picture.length; i++) {
            brightness += (picture[i] & BYTE) - (other.picture[i] & BYTE);
        }
        brightness /= picture.length;
        double sum = 0;
        for (int i = 0; i < picture.length; i++) {
            sum += Math.abs((picture[i] & BYTE) - (other.picture[i] & BYTE) - brightness);
        }
        return sum / picture.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PictureHash hash && bits == hash.bits && Arrays.equals(picture, hash.picture);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(bits);
    }
}
