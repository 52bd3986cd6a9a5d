package io.yolofit.engine;

import io.yolofit.graph.Node;
import io.yolofit.graph.plan.Lane;
import java.util.List;

/// When the sums over ranks of one run of a program took place. All times are milliseconds.
///
/// @param step of the run
/// @param sums in execution order
public record LinkTrace(double step, List<Sum> sums) {
    /// @param from since the start of the run
    public record Interval(double from, double to) {
        public double length() {
            return to - from;
        }

        /// Length of the part that this interval has in common with another.
        public double overlap(Interval other) {
            return Math.max(0, Math.min(to, other.to) - Math.max(from, other.from));
        }
    }

    /// A sum over ranks.
    ///
    /// @param took    from the completion of its operand to the completion of its result
    /// @param exposed the part of it in which the main lane waited for it
    public record Sum(Node node, Lane lane, Interval took, double exposed) {
    }

    public LinkTrace {
        sums = List.copyOf(sums);
    }

    /// Time in which the main lane waited for sums.
    public double exposed() {
        return sums.stream().mapToDouble(Sum::exposed).sum();
    }

    /// Time of the sums of the main lane during which a sum of the links' lane was in flight.
    public double contended() {
        return sums.stream().filter(sum -> sum.lane == Lane.MAIN).mapToDouble(sum -> sums.stream()
                .filter(other -> other.lane == Lane.LINKS).mapToDouble(other -> sum.took.overlap(other.took)).sum())
                .sum();
    }
}
