package io.yolofit.engine.cpu;

import io.yolofit.graph.DType;
import java.util.Arrays;

/// Reductions and gradient of batch normalization (Ioffe and Szegedy, 2015) over NHWC rows, in Java: libtorch sums a
/// channel of a channels-last tensor in one fp32 accumulator per thread, which loses up to five decimal digits on large
/// inputs.
///
/// Rows are split into blocks of a fixed size, and blocks into groups. A block sums in fp32, with one accumulator for
/// each lane of a group and so at most a few hundred terms in each, and reduces them in double. Block results are
/// combined in double and in order. Results therefore do not depend on the number of threads.
///
/// Loops over lanes use one index for all arrays: only then does the compiler vectorize them.
final class BatchNorm {
    /// Elements that are processed together: four fp32 arrays of this size fit the L1 cache.
    private static final int GROUP = 1024;
    /// Least number of elements per block.
    private static final int BLOCK = 1 << 16;
    /// Least number of rows per block, so that block results are small compared with the tensor.
    private static final int BLOCK_ROWS = 256;

    private final int channels;
    private final long rows;
    /// Elements of a group: an even number of whole rows.
    private final int width;
    private final long blockRows;
    private final int blocks;
    private final int[] channelOfLane;
    private final Workers workers;

    /// @param type of y and of gradients
    /// @param rows N*H*W, the number of values per channel
    BatchNorm(DType type, long rows, int channels, Workers workers) {
        this.rows = rows;
        this.channels = channels;
        this.workers = workers;
        int groupRows = Math.max(1, GROUP / channels / 2) * 2;
        width = groupRows * channels;
        blockRows = (long) Math.ceilDiv(Math.max(BLOCK / channels, BLOCK_ROWS), groupRows) * groupRows;
        blocks = Math.toIntExact(Math.ceilDiv(rows, blockRows));
        channelOfLane = NhwcRows.channelsOfLanes(type, width, channels);
    }

    /// Mean and biased variance of each channel.
    record Moments(double[] mean, double[] variance) {
    }

    /// `dgamma` and `dbeta`.
    record Gradients(float[] gamma, float[] beta) {
    }

    /// Two sums per channel.
    private record Sums(double[] first, double[] second) {
    }

    /// One pass over y. A block shifts its values by the median of three of its rows, so that a large mean cancels
    /// before it is squared, and an outlier in one row cannot be the shift; blocks are combined by their means and
    /// squared deviations (Chan, Golub and LeVeque, 1979).
    Moments moments(NhwcRows y) {
        Sums[] parts = new Sums[blocks];
        workers.forEachBlock(blocks, block -> parts[block] = moments(y, block));
        double[] mean = new double[channels];
        double[] deviation = new double[channels];
        for (int block = 0; block < blocks; block++) {
            double before = block * blockRows;
            double size = (end(block) - first(block)) / (double) channels;
            for (int c = 0; c < channels; c++) {
                double delta = parts[block].first[c] - mean[c];
                mean[c] += delta * size / (before + size);
                deviation[c] += parts[block].second[c] + delta * delta * before * size / (before + size);
            }
        }
        return new Moments(mean, Arrays.stream(deviation).map(sum -> Math.max(sum, 0) / rows).toArray());
    }

    /// Mean and sum of squared deviations of a block.
    private Sums moments(NhwcRows y, int block) {
        float[] shift = shift(y, block);
        float[] shifts = lanes(shift);
        float[] sums = new float[width];
        float[] squares = new float[width];
        NhwcRows.Group group = y.group(width);
        for (long at = first(block); at < endOfGroups(block); at += width) {
            addMoments(group.read(at), shifts, sums, squares, width);
        }
        double[] mean = perChannel(sums);
        double[] deviation = perChannel(squares);
        for (long at = endOfGroups(block); at < end(block); at++) {
            int c = (int) (at % channels);
            double shifted = y.get(at) - shift[c];
            mean[c] += shifted;
            deviation[c] += shifted * shifted;
        }
        double size = (end(block) - first(block)) / (double) channels;
        for (int c = 0; c < channels; c++) {
            mean[c] /= size;
            deviation[c] -= mean[c] * mean[c] * size;
            mean[c] += shift[c];
        }
        return new Sums(mean, deviation);
    }

    /// Medians of the first, the middle and the last row of a block.
    private float[] shift(NhwcRows y, int block) {
        long last = end(block) - channels;
        long middle = first(block) + (last - first(block)) / channels / 2 * channels;
        float[] shift = new float[channels];
        for (int c = 0; c < channels; c++) {
            float one = y.get(first(block) + c);
            float other = y.get(middle + c);
            shift[c] = Math.max(Math.min(one, other), Math.min(Math.max(one, other), y.get(last + c)));
        }
        return shift;
    }

    private static void addMoments(float[] values, float[] shift, float[] sums, float[] squares, int count) {
        for (int i = 0; i < count; i++) {
            float shifted = values[i] - shift[i];
            sums[i] += shifted;
            squares[i] += shifted * shifted;
        }
    }

    /// One pass over dz and y for dgamma and dbeta, and one for dy. dy may overwrite dz.
    Gradients gradient(NhwcRows dz, NhwcRows y, NhwcRows dy, float[] mean, float[] invstd, float[] gamma) {
        Sums sums = sums(dz, y, mean, invstd);
        inputGradient(dz, y, dy, mean, invstd, gamma, sums.second, sums.first, rows);
        return gradients(sums);
    }

    /// The first half of [#gradient]: dgamma and dbeta.
    Gradients reduce(NhwcRows dz, NhwcRows y, float[] mean, float[] invstd) {
        return gradients(sums(dz, y, mean, invstd));
    }

    /// dbeta and dgamma.
    private Sums sums(NhwcRows dz, NhwcRows y, float[] mean, float[] invstd) {
        Sums sums = sums(dz, y, mean);
        for (int c = 0; c < channels; c++) {
            sums.second[c] *= invstd[c];
        }
        return sums;
    }

    private Gradients gradients(Sums sums) {
        Gradients gradients = new Gradients(new float[channels], new float[channels]);
        for (int c = 0; c < channels; c++) {
            gradients.gamma[c] = (float) sums.second[c];
            gradients.beta[c] = (float) sums.first[c];
        }
        return gradients;
    }

    /// `dy = gamma * invstd * (dz - dbeta/m - (y - mean) * invstd * dgamma/m)`. dy may overwrite dz.
    ///
    /// @param count m, the number of values that dgamma and dbeta are sums over
    void inputGradient(NhwcRows dz, NhwcRows y, NhwcRows dy, float[] mean, float[] invstd, float[] gamma,
            double[] dgamma, double[] dbeta, double count) {
        float[] scale = new float[channels];
        float[] slope = new float[channels];
        float[] offset = new float[channels];
        for (int c = 0; c < channels; c++) {
            double factor = (double) gamma[c] * invstd[c];
            scale[c] = (float) factor;
            slope[c] = (float) (-factor * invstd[c] * dgamma[c] / count);
            offset[c] = (float) (-factor * dbeta[c] / count);
        }
        apply(dz, y, dy, new float[][] {mean, scale, slope, offset});
    }

    /// `sum dz` and `sum dz * (y - mean)`.
    private Sums sums(NhwcRows dz, NhwcRows y, float[] mean) {
        Sums[] parts = new Sums[blocks];
        float[] means = lanes(mean);
        workers.forEachBlock(blocks, block -> {
            float[] sums = new float[width];
            float[] products = new float[width];
            NhwcRows.Group gradients = dz.group(width);
            NhwcRows.Group values = y.group(width);
            for (long at = first(block); at < endOfGroups(block); at += width) {
                addProducts(gradients.read(at), values.read(at), means, sums, products, width);
            }
            Sums part = new Sums(perChannel(sums), perChannel(products));
            for (long at = endOfGroups(block); at < end(block); at++) {
                int c = (int) (at % channels);
                part.first[c] += dz.get(at);
                part.second[c] += dz.get(at) * ((double) y.get(at) - mean[c]);
            }
            parts[block] = part;
        });
        Sums total = new Sums(new double[channels], new double[channels]);
        for (Sums part : parts) {
            for (int c = 0; c < channels; c++) {
                total.first[c] += part.first[c];
                total.second[c] += part.second[c];
            }
        }
        return total;
    }

    private static void addProducts(float[] gradient, float[] values, float[] mean, float[] sums, float[] products,
            int count) {
        for (int i = 0; i < count; i++) {
            sums[i] += gradient[i];
            products[i] += gradient[i] * (values[i] - mean[i]);
        }
    }

    /// `dy = scale * dz + (slope * (y - mean) + offset)`.
    ///
    /// @param factors mean, scale, slope and offset of each channel
    private void apply(NhwcRows dz, NhwcRows y, NhwcRows dy, float[][] factors) {
        float[][] lanes = Arrays.stream(factors).map(this::lanes).toArray(float[][]::new);
        workers.forEachBlock(blocks, block -> {
            NhwcRows.Group gradients = dz.group(width);
            NhwcRows.Group values = y.group(width);
            NhwcRows.Group results = dy.group(width);
            for (long at = first(block); at < endOfGroups(block); at += width) {
                float[] result = gradients.read(at);
                combine(result, values.read(at), lanes[0], lanes[1], lanes[2], lanes[3], width);
                results.write(result, at);
            }
            for (long at = endOfGroups(block); at < end(block); at++) {
                int c = (int) (at % channels);
                float centered = factors[2][c] * (y.get(at) - factors[0][c]);
                dy.set(at, factors[1][c] * dz.get(at) + (centered + factors[3][c]));
            }
        });
    }

    private static void combine(float[] gradient, float[] values, float[] mean, float[] scale, float[] slope,
            float[] offset, int count) {
        for (int i = 0; i < count; i++) {
            gradient[i] = scale[i] * gradient[i] + (slope[i] * (values[i] - mean[i]) + offset[i]);
        }
    }

    private long first(int block) {
        return block * blockRows * channels;
    }

    private long end(int block) {
        return Math.min(rows, (block + 1) * blockRows) * channels;
    }

    /// The end of the last whole group; the elements from there on are the rest of the last block.
    private long endOfGroups(int block) {
        return end(block) - (end(block) - first(block)) % width;
    }

    /// The value of a lane's channel, for each lane.
    private float[] lanes(float[] perChannel) {
        float[] lanes = new float[width];
        for (int lane = 0; lane < width; lane++) {
            lanes[lane] = perChannel[channelOfLane[lane]];
        }
        return lanes;
    }

    private double[] perChannel(float[] lanes) {
        double[] sums = new double[channels];
        for (int lane = 0; lane < width; lane++) {
            sums[channelOfLane[lane]] += lanes[lane];
        }
        return sums;
    }
}
