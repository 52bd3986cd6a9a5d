/// Reports about imported and checked data sets.
///
/// Reading order: [ImportReport] (`import data=`), [DataCheckReport] (`check`).
///
/// May import: `io.yolofit.app.console`, `io.yolofit.data.check`, `io.yolofit.data.dataset`, `io.yolofit.data.formats`,
/// `io.yolofit.data.importing` and the JDK.
package io.yolofit.app.report.data;
