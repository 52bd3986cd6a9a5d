/// Every engine against the interpreter, which defines the semantics of every op in fp64: single ops on random and
/// awkward shapes, complete steps of a small detector, updates over several steps; and the interpreter against
/// libtorch's autograd.
///
/// Reading order: [Tolerance], [Agreement], `OpAgreementTest` with its families of cases, `ChannelCountTest`,
/// [AllBlocksModel] with [ModelAgreement]. A failure names its seed; `-Dtest.seed=1f3a` repeats it.
package io.yolofit.engine.agreement;
