/// Benchmarks: programs that print medians, and ratios to something that ran in the same session.
///
/// May import: everything.
package io.yolofit.bench;
