/// The operations. One file per op family, with shape rule, gradient rule, cost and aliasing.
///
/// Reading order: [Op], [Differentiable] with [Tape] (gradient rules), [Conv2d] (the exemplar), [BnAct], [Flat] and
/// [Update], then as needed. All ops are in one package, because the
/// subtypes of a sealed type must share a package on the class path; it is therefore larger than the others.
/// Activations are NHWC throughout.
///
/// May import: `io.yolofit.graph` and the JDK.
package io.yolofit.graph.op;
