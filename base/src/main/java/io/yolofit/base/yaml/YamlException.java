package io.yolofit.base.yaml;

import io.yolofit.base.YoloFitException;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// Text that is not YAML. [#what] is the parser's reason, [#where] the file and, if the parser knows it, the line.
public final class YamlException extends YoloFitException {
    private static final long serialVersionUID = 1L;

    private final String position;
    private final String details;

    private YamlException(String file, String reason, Optional<Mark> mark, YamlEngineException cause) {
        super(reason, file + mark.map(YamlException::line).orElse(""), "", cause);
        position = mark.map(at -> line(at) + ":" + (at.getColumn() + 1)).orElse("");
        details = String.valueOf(cause.getMessage());
    }

    static YamlException of(String file, YamlEngineException failure) {
        return failure instanceof MarkedYamlEngineException marked
                ? new YamlException(file, marked.getProblem(), marked.getProblemMark(), failure)
                : new YamlException(file, failure.getMessage(), Optional.empty(), failure);
    }

    /// `:line`, counted from 1, to be appended to the name of a file.
    static String line(Mark mark) {
        return ":" + (mark.getLine() + 1);
    }

    /// `:line:column`, both counted from 1, to be appended to the name of the file; empty if the parser does not know
    /// it.
    public String position() {
        return position;
    }

    /// The parser's whole message, of several lines, with an excerpt of the text.
    public String details() {
        return details;
    }
}
