package io.yolofit.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The Java code of the documentation and of the examples compiles.
class SnippetsTest {
    private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final String IMPORTS = Stream.of("io.yolofit.api", "io.yolofit.base", "io.yolofit.train.event",
            "io.yolofit.train.options", "io.yolofit.train.eval", "java.nio", "java.nio.file", "java.util",
            "java.util.concurrent.atomic", "java.awt.image", "javax.imageio")
            .map(name -> "import " + name + ".*;\n").reduce("", String::concat);
    /// What a snippet may use without declaring it.
    private static final String CONTEXT = "Recipe recipe = null; Path data = null; Path image = null;";

    @TempDir
    Path output;

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String name, String text) {
            super(URI.create("string:///" + name + ".java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    private String compiled(List<Source> sources) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        var messages = new StringWriter();
        List<String> options = List.of("-d", output.toString(), "-proc:none", "-cp",
                System.getProperty("java.class.path"));
        Iterable<? extends JavaFileObject> units = sources;
        compiler.getTask(messages, null, null, options, null, units).call();
        return messages.toString();
    }

    private static List<String> blocks(String text) {
        List<String> blocks = new ArrayList<>();
        Matcher block = BLOCK.matcher(text);
        while (block.find()) {
            blocks.add(block.group(1));
        }
        return blocks;
    }

    private static Source snippet(int number, String code) {
        String name = "Snippet" + number;
        return new Source(name, IMPORTS + "class " + name + " { void before() throws Exception { " + CONTEXT + " { "
                + code.replace("Recipe recipe =", "recipe =") + " } } }");
    }

    @Test
    void snippetsOfTheDocumentationCompile() throws IOException {
        List<Source> sources = new ArrayList<>();
        List<Path> files = new ArrayList<>();
        try (Stream<Path> java = Files.list(Path.of("src/main/java/io/yolofit/api"))) {
            java.filter(file -> file.toString().endsWith(".java")).sorted().forEach(files::add);
        }
        files.add(Path.of("../docs/api.md"));
        files.add(Path.of("../README.md"));
        for (Path file : files) {
            String text = Files.readString(file).replaceAll("(?m)^/// ?", "");
            blocks(text).forEach(block -> sources.add(snippet(sources.size(), block)));
        }
        assertThat(sources).hasSizeGreaterThan(5);
        assertThat(compiled(sources)).isEmpty();
    }

    @Test
    void examplesCompile() throws IOException {
        List<Source> sources = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("../examples/src"))) {
            for (Path file : files.sorted().toList()) {
                sources.add(new Source(file.getFileName().toString().replace(".java", ""), Files.readString(file)));
            }
        }
        assertThat(sources).hasSize(4);
        assertThat(compiled(sources)).isEmpty();
    }
}
