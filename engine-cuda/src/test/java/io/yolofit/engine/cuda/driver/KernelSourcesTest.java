package io.yolofit.engine.cuda.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The kernel sources and the names by which Java code and other sources refer to them, without a device.
class KernelSourcesTest {
    private static final Path JAVA = Path.of("src/main/java");
    private static final Path KERNELS = Path.of("src/main/resources/io/yolofit/engine/cuda/kernels");
    private static final Pattern SOURCE = Pattern.compile("\"([a-z0-9_/]+\\.cu)\"");
    private static final Pattern HEADER = Pattern.compile("#include \"(.+)\"");

    /// Paths of the files with a suffix, relative to the folder of the kernels.
    private static Set<String> kernels(String suffix) throws IOException {
        try (Stream<Path> files = Files.walk(KERNELS)) {
            return files.map(file -> KERNELS.relativize(file).toString().replace('\\', '/'))
                    .filter(name -> name.endsWith(suffix)).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /// What a pattern finds in all files of a folder.
    private static Set<String> names(Path folder, Pattern pattern) throws IOException {
        Set<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.walk(folder).filter(Files::isRegularFile)) {
            for (Path file : files.toList()) {
                pattern.matcher(Files.readString(file)).results().forEach(found -> names.add(found.group(1)));
            }
        }
        return names;
    }

    @Test
    void javaCodeNamesEverySource() throws IOException {
        assertThat(names(JAVA, SOURCE)).isEqualTo(kernels(".cu"));
    }

    @Test
    void sourcesIncludeEveryHeader() throws IOException {
        assertThat(names(KERNELS, HEADER)).isEqualTo(kernels(".cuh"));
    }
}
