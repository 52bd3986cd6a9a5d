/// Fixtures and helpers for the tests of all modules. Knows no module: fixtures that need one are in the tests of that
/// module, in its package `testing`; those of engines are in `engine-testing`, a test jar for the tests of `train`.
///
/// Reading order: [Seed] and [Seeds] (random cases that a failure names), [Golden] (expected texts), [SameBits],
/// [TinyArchitecture].
///
/// May import: `org.junit`, `org.assertj`.
package io.yolofit.testkit;
