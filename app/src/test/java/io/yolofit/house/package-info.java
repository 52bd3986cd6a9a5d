/// The house rules of CONTRIBUTING.md, checked on the sources of every module: size, text, layout, dependencies.
///
/// Reading order: `HouseRulesTest` (the rules, each on the whole repository), `Repository` (what is looked at), the
/// rules (`SizeRules`, `TextRules`, `CodeRules`, `LayoutRules`), then how Java is read: `JavaSource`, `CodeText`,
/// `Declarations`. Every rule has a test with a sample that breaks it, because a rule that cannot fail keeps nothing.
///
/// It lives in `app` because that module is built after all that it looks at. It imports nothing of them.
package io.yolofit.house;
