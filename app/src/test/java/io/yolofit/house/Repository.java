package io.yolofit.house;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The files of the project that the test runs in, as git sees them: committed, or new and not ignored. In a copy
/// without git it is all but build output.
final class Repository {
    private static final Set<String> OUTPUT_FOLDERS = Set.of(".git", ".idea", ".vscode", "target", "runs");
    private static final Pattern MODULE = Pattern.compile("<module>([\\w-]+)</module>");
    private static final Pattern TEXT = Pattern.compile(
            ".*\\.(java|cuh?|md|xml|ya?ml|json|properties|sh|cmd|svg|csv|ir|txt)|mvnw|yolofit|NOTICE|\\.ci/run");

    private final Path root;
    private final List<String> files;

    private Repository(Path root, List<String> files) {
        this.root = root;
        this.files = files;
    }

    /// The repository around the current folder: the nearest folder above with a pom that lists modules.
    static Repository aroundHere() throws IOException, InterruptedException {
        Path here = Path.of("").toAbsolutePath();
        for (Path folder = here; folder != null; folder = folder.getParent()) {
            Path pom = folder.resolve("pom.xml");
            if (Files.exists(pom) && Files.readString(pom).contains("<modules>")) {
                boolean isClone = Files.exists(folder.resolve(".git"));
                return new Repository(folder, isClone ? listedByGit(folder) : walk(folder));
            }
        }
        throw new IllegalStateException("no pom.xml with <modules> in " + here + " or a folder above it");
    }

    /// The modules in the order of the root pom: each may use only those before it.
    List<String> modules() throws IOException {
        return MODULE.matcher(Files.readString(root.resolve("pom.xml"))).results()
                .map((MatchResult module) -> module.group(1)).toList();
    }

    List<JavaSource> javaSources() throws IOException {
        return textFiles().stream()
                .filter(file -> file.name().endsWith(".java"))
                .map(file -> new JavaSource(file.name(), file.text()))
                .toList();
    }

    List<TextFile> textFiles() throws IOException {
        List<String> names = files.stream().filter(file -> TEXT.matcher(file).matches()).toList();
        TextFile[] texts = new TextFile[names.size()];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = new TextFile(names.get(i), Files.readString(root.resolve(names.get(i))));
        }
        return List.of(texts);
    }

    Map<String, Long> bytesOfFile() throws IOException {
        Map<String, Long> bytes = new TreeMap<>();
        for (String file : files) {
            bytes.put(file, Files.size(root.resolve(file)));
        }
        return bytes;
    }

    private static List<String> listedByGit(Path root) throws IOException, InterruptedException {
        Process git = new ProcessBuilder("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
                .directory(root.toFile()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String names = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (git.waitFor() != 0) {
            throw new IOException("git ls-files in " + root + " ended with status " + git.exitValue());
        }
        return Arrays.stream(names.split("\0")).distinct().sorted()
                .filter(name -> Files.isRegularFile(root.resolve(name))) // it also lists what was just deleted
                .toList();
    }

    private static List<String> walk(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.filter(Files::isRegularFile)
                    .map(root::relativize)
                    .filter(path -> Stream.iterate(path, folder -> folder != null, Path::getParent)
                            .noneMatch(folder -> OUTPUT_FOLDERS.contains(folder.getFileName().toString())))
                    .map(path -> path.toString().replace('\\', '/'))
                    .sorted()
                    .toList();
        }
    }
}
