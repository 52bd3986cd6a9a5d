/// The house rules of CONTRIBUTING.md, checked on the sources of every module: size, text, language, layout. Those
/// about dependencies, output and state need class files: `ArchitectureTest` of `bench` checks them.
///
/// Reading order: `HouseRulesTest` (the rules, each on the whole repository), `Repository` (the files), the rules
/// (`SizeRules`, `TextRules`, `LanguageRules`, `RemedyRules`, `CodeRules`, `LayoutRules`, `FamilyRules`), then
/// `JavaSource` and `Declarations`. Every rule has a test with a sample that breaks it, because a rule that cannot fail
/// enforces nothing.
///
/// The tests are in `app` because it is built after the modules that they check. They import nothing of them.
package io.yolofit.house;
