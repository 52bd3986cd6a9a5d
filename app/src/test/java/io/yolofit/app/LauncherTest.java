package io.yolofit.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// The script `./yolofit` in a clone that is built, with a Java that prints its environment and arguments.
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a shell script")
class LauncherTest {
    private static final String ECHO = "#!/bin/sh\necho \"LC_ALL=${LC_ALL:-}\"\necho \"HOME=$HOME\"\n"
            + "echo \"MALLOC_ARENA_MAX=$MALLOC_ARENA_MAX\"\n"
            + "for word; do echo \"word=$word\"; done\n";

    @TempDir
    private Path folder;
    private Path clone;

    @BeforeEach
    void createClone() throws IOException {
        clone = folder.resolve("a clone");
        String script = Files.readString(Path.of("../yolofit"));
        for (String module : script.replaceFirst("(?s).*\nMODULES=\"([^\"]+)\".*", "$1").split(" ")) {
            Files.createDirectories(clone.resolve(module + "/src/main"));
            Files.createDirectories(clone.resolve(module + "/target/classes"));
            Files.createFile(clone.resolve(module + "/pom.xml"));
        }
        Files.createFile(clone.resolve("pom.xml"));
        executable(clone.resolve("yolofit"), script);
        Path library = Files.createFile(folder.resolve("library.jar"));
        Files.writeString(clone.resolve("app/target/classpath.txt"), library.toString());
        Path jdk = folder.resolve("jdk");
        Files.createDirectories(jdk.resolve("bin"));
        executable(jdk.resolve("bin/java"), ECHO);
        executable(jdk.resolve("bin/javac"), ECHO);
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
        Files.createFile(clone.resolve("app/target/yolofit.built"));
        Files.setLastModifiedTime(clone.resolve("app/target/yolofit.built"),
                FileTime.from(Instant.now().plusSeconds(60)));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void executable(Path file, String content) throws IOException {
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private record Result(int code, String output) {}

    /// Runs a command with no other environment than `PATH` and the given variables.
    private Result run(Path workFolder, Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command).directory(workFolder.toFile()).redirectErrorStream(true);
        builder.environment().keySet().retainAll(List.of("PATH"));
        builder.environment().put("YOLOFIT_JAVA_HOME", folder.resolve("jdk").toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }

    private Result launch(Map<String, String> environment, String... words) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(clone.resolve("yolofit").toString()));
        command.addAll(List.of(words));
        return run(folder, environment, command.toArray(String[]::new));
    }

    @Test
    void homeMayBeUnset() throws Exception {
        Result result = launch(Map.of(), "--version");
        assertThat(result.code()).as(result.output()).isZero();
        assertThat(result.output()).containsPattern("(?m)^HOME=/.+").contains("word=io.yolofit.app.Main",
                "word=--version");
    }

    /// What keeps the resident memory of a run small: see docs/decisions.md.
    @Test
    void nativeMemoryIsOneArenaAndTheHeapStartsSmall() throws Exception {
        assertThat(launch(Map.of()).output()).contains("MALLOC_ARENA_MAX=1\n", "word=-Xms64m", "word=-XX:+UseG1GC");
        assertThat(launch(Map.of("MALLOC_ARENA_MAX", "4")).output()).contains("MALLOC_ARENA_MAX=4\n");
    }

    @Test
    void aLocaleWithAsciiFileNamesIsReplaced() throws Exception {
        Result utf8 = run(folder, Map.of("LC_ALL", "C.UTF-8"), "locale", "charmap");
        assumeTrue(utf8.output().strip().equals("UTF-8"), "this system has no locale C.UTF-8");
        for (Map<String, String> environment : List.of(Map.<String, String>of(), Map.of("LC_ALL", "C"),
                Map.of("LANG", "POSIX"), Map.of("LC_ALL", "xx_YY.ISO-8859-1"))) {
            assertThat(launch(environment, "data=été.yaml").output()).as(environment.toString())
                    .contains("LC_ALL=C.UTF-8\n", "word=data=été.yaml");
        }
        assertThat(launch(Map.of("LANG", "C.UTF-8")).output()).contains("LC_ALL=\n");
    }

    @Test
    void itRunsFromAnyFolderAndThroughLinks() throws Exception {
        Path elsewhere = Files.createDirectories(folder.resolve("else where"));
        Files.createSymbolicLink(folder.resolve("link"), Path.of("a clone"));
        Files.createSymbolicLink(elsewhere.resolve("first"), Path.of("../link/yolofit"));
        Files.createSymbolicLink(elsewhere.resolve("second"), elsewhere.resolve("first"));
        for (String command : List.of("./second", "../a clone/yolofit", "../link/yolofit")) {
            Result result = run(elsewhere, Map.of("HOME", "/root", "CDPATH", folder + ":/"), command, "model=a b");
            assertThat(result.code()).as(result.output()).isZero();
            assertThat(result.output()).as(command).contains("/app/target/classes:", "word=model=a b");
        }
    }

    @Test
    void shortCommandsUseTheFastCompilerAndTheSerialCollector() throws Exception {
        String option = "word=-XX:TieredStopAtLevel=1\n";
        assertThat(launch(Map.of(), "plan", "model=yolov8n").output()).contains(option, "word=-XX:+UseSerialGC\n")
                .doesNotContain("UseG1GC");
        assertThat(launch(Map.of(), "--version").output()).contains(option);
        assertThat(launch(Map.of(), "plan", "model=yolov8n", "data=cells.yaml").output()).doesNotContain(option);
        assertThat(launch(Map.of(), "train", "model=plan").output()).doesNotContain(option);
    }

    @Test
    void inAPackageItUsesTheRuntimeAndTheJarsOfThePackage() throws Exception {
        Path home = folder.resolve("a package");
        Files.createDirectories(home.resolve("runtime/bin"));
        Files.createDirectories(home.resolve("bin"));
        Files.createDirectories(home.resolve("lib"));
        executable(home.resolve("runtime/bin/java"), ECHO);
        executable(home.resolve("bin/yolofit"), Files.readString(Path.of("../yolofit")));
        Files.writeString(home.resolve("lib/classpath.txt"), "app.jar\nbase.jar\n");
        String jars = "word=" + home + "/lib/app.jar:" + home + "/lib/base.jar";
        Map<String, String> environment = Map.of("HOME", "/root", "YOLOFIT_JAVA_HOME", "/nonexistent");
        assertThat(run(folder, environment, "a package/bin/yolofit", "doctor").output())
                .contains(jars + "\n", "word=doctor").doesNotContain("AOTCache");

        Files.createFile(home.resolve("lib/yolofit.aot"));
        Files.createDirectory(home.resolve("natives"));
        Files.createSymbolicLink(folder.resolve("linked"), Path.of("a package/bin/yolofit"));
        assertThat(run(folder, environment, "./linked", "doctor").output())
                .contains(jars + ":" + home + "/natives\n", "word=-XX:AOTCache=" + home + "/lib/yolofit.aot\n");
    }

    @Test
    void anotherUserLearnsWhatIsNeededToBuild() throws Exception {
        Files.setLastModifiedTime(clone.resolve("app/src/main"), FileTime.from(Instant.now().plusSeconds(120)));
        assertRefused("sources have changed");
        Files.delete(clone.resolve("app/target/yolofit.built"));
        assertRefused("first use");
    }

    @Test
    void anotherUserLearnsWhichLibraryCannotBeRead() throws Exception {
        Path hidden = Files.createDirectory(folder.resolve("hidden"));
        Files.move(folder.resolve("library.jar"), hidden.resolve("library.jar"));
        Files.writeString(clone.resolve("app/target/classpath.txt"), hidden.resolve("library.jar").toString());
        Files.setPosixFilePermissions(hidden, PosixFilePermissions.fromString("rwx------"));
        assertRefused("cannot read " + hidden.resolve("library.jar"), "-Dmaven.repo.local=");
    }

    private void assertRefused(String... messages) throws IOException, InterruptedException {
        assumeTrue(System.getProperty("user.name").equals("root") && Files.isExecutable(Path.of("/usr/bin/setpriv")),
                "only root can run the launcher as another user");
        Result result = run(Path.of("/"), Map.of("HOME", "/nonexistent"), "setpriv", "--reuid=65534", "--regid=65534",
                "--clear-groups", clone.resolve("yolofit").toString(), "--version");
        assertThat(result.code()).as(result.output()).isEqualTo(1);
        assertThat(result.output()).contains(messages).contains("cannot write to", "/target. ",
                "Let its owner (root) run '" + clone + "/yolofit --version' once").doesNotContain("Permission denied");
    }
}
