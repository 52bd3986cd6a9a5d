package io.yolofit.app.live;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/// What a server serves, by name.
interface Site {
    /// @param name as requested, without the leading slash; it may be anything
    Answer find(String name) throws IOException;

    /// An answer to a request.
    sealed interface Answer {
    }

    /// @param type its media type
    record Body(String type, byte[] bytes) implements Answer {
    }

    /// Server-sent events.
    record Frames(Feed feed) implements Answer {
    }

    /// There is nothing of that name.
    record Nothing() implements Answer {
    }

    /// A page that is a resource of this package, with the styles and the functions that all pages share in its fields
    /// `{{style}}` and `{{script}}`.
    static Body page(String resource) throws IOException {
        String page = text(resource).replace("{{style}}", text("style.css")).replace("{{script}}", text("script.js"));
        return new Body("text/html; charset=utf-8", page.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(String resource) throws IOException {
        try (InputStream in = Site.class.getResourceAsStream(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
