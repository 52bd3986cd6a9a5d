/// Files of weights: safetensors, read and written, and PyTorch checkpoints, read as data.
///
/// Reading order: [io.yolofit.zoo.weights.TensorData] and [io.yolofit.zoo.weights.Weights] (named tensors),
/// [io.yolofit.zoo.weights.SafetensorsFile] with `SafetensorsHeader`, `SafetensorsParser` and `WeightsOutput`,
/// then [io.yolofit.zoo.weights.TorchFile]: `TorchArchive` (the zip), `PickleMachine` (the pickle in it, with
/// `PickleInput`, `PickleOpcode`, `Pickled`), `TorchConstructors` (the only things a pickle may build), `TorchTensor`,
/// `ModuleTree` (names as in a state dict) and `PlainValues`, which end in a [io.yolofit.zoo.weights.TorchCheckpoint].
///
/// ## Safetensors
/// A file is: 8 bytes, the header's length n as an unsigned little-endian integer; n bytes of UTF-8 JSON that start
/// with `{` and may end in spaces; then the data. The JSON maps each tensor's name to
/// `{"dtype": "F32", "shape": [16, 3, 3, 3], "data_offsets": [begin, end]}`, offsets in bytes from the start of the
/// data, and `__metadata__` to a map of strings. The tensors cover the data exactly: no holes, no overlaps. Data is
/// little-endian and row-major. We write n as a multiple of 8 and place wide types first, so every tensor is aligned
/// to its own element type; the header keeps the order of the names.
///
/// ## PyTorch checkpoints
/// A `.pt` file is a zip of stored (never compressed) entries under one root folder: `data.pkl`, `data/<key>` with
/// the bytes of each storage, `byteorder`, `version`. A pickle is a program; it is interpreted by a machine that only
/// builds data. A name such as `os.system` becomes an inert `Pickled.Symbol`, on which opcodes act as follows:
///
/// | opcode | on a listed constructor | on any other name |
/// | --- | --- | --- |
/// | REDUCE (a call) | builds data: a dict, a tensor description, ... | error naming the symbol and the byte |
/// | NEWOBJ (an instance, nothing is called) | the same data | an inert instance: class name, arguments, state |
/// | BUILD (state of an instance) | - | the state is kept as a map, nothing runs |
///
/// So an `nn.Module`, which pickles as NEWOBJ and BUILD, can be walked as data, while every function call is refused.
/// NEWOBJ on a name of the interpreter or the operating system (`builtins`, `os`, `subprocess`, ...) is refused too: it
/// would be harmless, but no real checkpoint contains one, and the user should know.
///
/// May import: `io.yolofit.base`, `io.yolofit.base.file`, `com.fasterxml.jackson` and the JDK.
package io.yolofit.zoo.weights;
