/// The options of all commands: one table, and its parsers for the command line and for files.
///
/// Reading order: [OptionTable] (every option with default and help), [Option], [OptionType], [Options] (the values of
/// one run), [OptionsParser] (parsing and validation), [CfgFile], [CommandLineWords], [ReferenceKeys];
/// the package `value` for values with a notation of their own.
///
/// Names and defaults are those that users of YOLO trainers know. Help texts, `args.yaml` and error messages are
/// generated from the table, so they cannot disagree.
///
/// May import: `io.yolofit.base`, `io.yolofit.base.yaml` and `io.yolofit.train.options.value`.
package io.yolofit.train.options;
