package io.yolofit.engine.cpu;

/// The kernel of one node: reads the operands from the tensor table and stores the results there.
@FunctionalInterface
interface Kernel {
    void run(TensorTable tensors);
}
