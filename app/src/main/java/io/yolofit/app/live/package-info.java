/// The page of a running training: one HTML file (`live.html` among the resources, with the `style.css` and `script.js`
/// that it shares with `runs.html`), fed with server-sent events by the HTTP server of the JDK.
///
/// Reading order: [LivePage] (the listener of a run), `RunHistory` (what the page shows, bounded), `Feed` (frames of
/// JSON for any number of readers, none of which the run waits for), `PageServer` (addresses, requests), `Site` (what
/// is served) with `RunSite`, `RunPictures` and `Resources` (files of the run folder); [RunsPage] and `RunList`
/// (several runs).
///
/// May import: `io.yolofit.api.run`, `io.yolofit.app.console`, `io.yolofit.base`, `io.yolofit.train.eval`,
/// `io.yolofit.train.event`, `io.yolofit.train.inference`, `io.yolofit.train.options`,
/// `io.yolofit.train.options.value`, `io.yolofit.train.program`, `com.fasterxml.jackson.databind` and
/// `com.fasterxml.jackson.databind.node`.
package io.yolofit.app.live;
