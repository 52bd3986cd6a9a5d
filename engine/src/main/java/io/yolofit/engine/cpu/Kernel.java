package io.yolofit.engine.cpu;

/// One node, bound to what it needs: reads its operands from the tensors and puts its results there.
@FunctionalInterface
interface Kernel {
    void run(TensorTable tensors);
}
