package io.yolofit.bench;

import io.yolofit.engine.LinkTrace;
import io.yolofit.graph.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A trace of the sums over ranks in lines: each gradient bucket with its exposed part, and the sums of statistics and
/// losses together.
///
/// ```
/// gradients.weights2   21.4 MB, from 8.20 to 8.61 ms: hidden
/// gradients.weights0    7.1 MB, from 12.90 to 13.11 ms: exposed 0.14 ms
/// 118 other sums: median 0.019 ms, 2.31 ms in all, of which 0.12 ms with a bucket in flight
/// 2.45 of 26.90 ms of the traced step are exposed (9.1 %)
/// ```
final class TraceText {
    /// Milliseconds of an exposed part that is no more than the distance of two events.
    private static final double HIDDEN = .005;

    private TraceText() {}

    static List<String> of(LinkTrace trace) {
        List<String> lines = new ArrayList<>();
        if (trace.sums().isEmpty()) {
            return lines;
        }
        List<LinkTrace.Sum> others = new ArrayList<>();
        for (LinkTrace.Sum sum : trace.sums()) {
            if (sum.node().output(0).role() == Role.GRADIENT) {
                lines.add("%-20s %6.1f MB, from %.2f to %.2f ms: %s".formatted(sum.node().name(),
                        sum.node().output(0).type().bytes() / 1e6, sum.took().from(), sum.took().to(),
                        sum.exposed() < HIDDEN ? "hidden" : "exposed %.2f ms".formatted(sum.exposed())));
            } else {
                others.add(sum);
            }
        }
        if (!others.isEmpty()) {
            double[] times = others.stream().mapToDouble(sum -> sum.took().length()).toArray();
            lines.add("%d other sums: median %.3f ms, %.2f ms in all, of which %.2f ms with a bucket in flight"
                    .formatted(times.length, TrainingBench.median(times), Arrays.stream(times).sum(),
                            trace.contended()));
        }
        lines.add("%.2f of %.2f ms of the traced step are exposed (%.1f %%)".formatted(trace.exposed(), trace.step(),
                100 * trace.exposed() / trace.step()));
        return lines;
    }
}
