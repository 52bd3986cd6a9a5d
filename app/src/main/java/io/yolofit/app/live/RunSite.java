package io.yolofit.app.live;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The page of a run: `/` (the page), `/events` (frames), `/pictures` (JSON, `<name>?<version>`) and `/picture/<name>`.
record RunSite(Feed feed, RunPictures pictures) implements Site {
    private static final String PICTURE = "picture/";

    @Override
    public Answer find(String name) throws IOException {
        return switch (name) {
            case "" -> Site.page("live.html");
            case "events" -> new Frames(feed);
            case "pictures" -> new Body("application/json", new ObjectMapper().writeValueAsBytes(pictures.names()
                    .stream().map(picture -> picture + "?" + pictures.version(picture)).toList()));
            default -> {
                Optional<Path> file = name.startsWith(PICTURE) ? pictures.find(name.substring(PICTURE.length()))
                        : Optional.empty();
                yield file.isEmpty() ? new Nothing() : new Body(RunPictures.type(name), Files.readAllBytes(file.get()));
            }
        };
    }
}
