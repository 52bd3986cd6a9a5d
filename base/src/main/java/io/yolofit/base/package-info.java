/// Loading of the native libraries that the JavaCPP jars bundle, for `engine` (libtorch) and `data` (OpenCV).
///
/// Reading order: [NativeBundle], [OpenBlas].
///
/// May import: `org.bytedeco.javacpp`.
package io.yolofit.base;
