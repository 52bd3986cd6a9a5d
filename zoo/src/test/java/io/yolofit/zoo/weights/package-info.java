/// Tests of reading and writing weights. `PickleWriter` and `TorchZip` craft checkpoints, honest and hostile ones.
package io.yolofit.zoo.weights;
