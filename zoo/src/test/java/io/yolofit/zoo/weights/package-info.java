/// Tests of reading and writing weights. `PickleWriter` and `TorchZip` craft valid and hostile checkpoints.
package io.yolofit.zoo.weights;
