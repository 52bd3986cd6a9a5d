/// What several modules need and none owns: loading of the native libraries that the JavaCPP jars
/// bundle, for `engine-cpu` (libtorch) and `data` (OpenCV); failures and messages for users.
///
/// Reading order: [NativeBundle], [OpenBlas], [AvailableMemory], [YoloFitException], [Failure] (its text and its
/// parts), [Problems] (several of them), [Troubleshooting] (links from error messages to the documents), [Messages],
/// [ByteCount], [DidYouMean], [ShellWord]; then the packages `file` (atomic files, the cache folder) and `yaml` (YAML
/// with positions).
///
/// May import: `org.bytedeco.javacpp`.
package io.yolofit.base;
