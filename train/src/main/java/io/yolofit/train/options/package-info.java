/// What a user can set: one table of options, and reading it from a command line and a file.
///
/// Reading order: [OptionTable] (every option, its default and help), [Option], [OptionType],
/// [Options] (the values of one run), [OptionsParser] (how they are read and checked), [CfgFile],
/// [CommandLineWords].
///
/// Names and defaults are those of the recipe that users of YOLO trainers know. The help texts, `args.yaml` and
/// the error messages are all made from the table, so none of them can disagree with it.
///
/// May import: `io.yolofit.graph` (its [io.yolofit.graph.DidYouMean], the "did you mean"), the JDK and
/// snakeyaml-engine. Knows nothing of models, engines or terminals.
package io.yolofit.train.options;
