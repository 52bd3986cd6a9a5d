package io.yolofit.base.yaml;

import java.util.Optional;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// Reads YAML 1.2, of which JSON is a subset.
public final class YamlText {
    private YamlText() {}

    /// The root of the document; empty if it has none. Scalars are text, nothing is evaluated.
    ///
    /// @param file name for messages
    /// @throws YamlException if the text is not YAML
    public static Optional<YamlNode> nodes(String text, String file) {
        try {
            return new Compose(settings(file)).composeString(text).map(root -> YamlNode.of(root, file));
        } catch (YamlEngineException failure) {
            throw YamlException.of(file, failure);
        }
    }

    /// The document as a map, a list, a string, a number, a boolean or null, by the core schema of YAML.
    ///
    /// @param file name for messages
    /// @throws YamlException if the text is not YAML, or has a key twice
    public static Object values(String text, String file) {
        try {
            return new Load(settings(file)).loadFromString(text);
        } catch (YamlEngineException failure) {
            throw YamlException.of(file, failure);
        }
    }

    private static LoadSettings settings(String file) {
        return LoadSettings.builder().setLabel(file).build();
    }
}
