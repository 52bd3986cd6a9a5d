/// The `yolofit` command: from words to a command and an exit code.
///
/// Reading order: [Main] (where it begins, and the commands there are), [Invocation] (which command, which words),
/// [HelpText] (made from the option table), [ErrorReport] (what a failure looks like), [Interruption] (Ctrl-C),
/// [Version]; then `command`, and `console`, `run`, `plot`, `report`, `doctor`, which the commands use.
///
/// May import: everything below `app`, and picocli.
package io.yolofit.app;
