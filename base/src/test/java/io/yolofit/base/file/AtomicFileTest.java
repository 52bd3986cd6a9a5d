package io.yolofit.base.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AtomicFileTest {
    @TempDir
    Path folder;

    private List<Path> filesInFolder() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private static void replace(boolean isPrivate, Path file, AtomicFile.Draft draft) throws IOException {
        if (isPrivate) {
            AtomicFile.replacePrivate(file, draft);
        } else {
            AtomicFile.replace(file, draft);
        }
    }

    @Test
    void forcesTheContentToDiskBeforeTheRename() throws IOException {
        Path file = folder.resolve("last.safetensors");
        List<String> events = new ArrayList<>();

        AtomicFile.write(file, sink -> sink.write(ByteBuffer.wrap(new byte[1])), temporary -> {
            AtomicFile.Sink real = AtomicFile.createOnDisk(temporary);
            return new AtomicFile.Sink() {
                @Override
                public void write(ByteBuffer bytes) throws IOException {
                    real.write(bytes);
                    events.add("write");
                }

                @Override
                public void force() throws IOException {
                    real.force();
                    events.add("force, in place " + Files.exists(file));
                }

                @Override
                public void close() throws IOException {
                    real.close();
                    events.add("close, in place " + Files.exists(file));
                }
            };
        });

        assertThat(events).containsExactly("write", "force, in place false", "close, in place false");
        assertThat(file).hasSize(1);
    }

    @Test
    void removesTheTemporaryFileIfTheContentFails() throws IOException {
        assertThatThrownBy(() -> AtomicFile.write(folder.resolve("x"), _ -> {
            throw new IllegalStateException("boom");
        }, AtomicFile::createOnDisk)).hasMessage("boom");

        assertThat(filesInFolder()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void targetHasItsOldContentUntilTheDraftIsComplete(boolean isPrivate) throws IOException {
        Path file = Files.writeString(folder.resolve("a.txt"), "old");

        replace(isPrivate, file, draft -> {
            assertThat(draft).isEmptyFile().hasParent(folder);
            Files.writeString(draft, "new");
            assertThat(file).hasContent("old");
        });

        assertThat(file).hasContent("new");
        assertThat(filesInFolder()).containsExactly(file);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void failedDraftIsRemovedAndTheTargetUntouched(boolean isPrivate) throws IOException {
        Path file = Files.writeString(folder.resolve("a.txt"), "old");

        assertThatThrownBy(() -> replace(isPrivate, file, draft -> {
            Files.writeString(draft, "half");
            throw new IOException("boom");
        })).isInstanceOf(IOException.class).hasMessage("boom");

        assertThat(file).hasContent("old");
        assertThat(filesInFolder()).containsExactly(file);
    }

    @Test
    void permissionsAreThoseOfTheUmaskOrOfTheOwnerOnly() throws IOException {
        Path ordinary = Files.createFile(folder.resolve("ordinary"));
        Path shared = folder.resolve("shared");
        Path mine = folder.resolve("mine");

        AtomicFile.replace(shared, _ -> { });
        AtomicFile.replacePrivate(mine, _ -> { });

        assertThat(Files.getPosixFilePermissions(shared)).isEqualTo(Files.getPosixFilePermissions(ordinary));
        assertThat(Files.getPosixFilePermissions(mine)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void fileOfTheWorkingFolderNeedsNoFolderInItsName() throws IOException {
        Path relative = Path.of("").toAbsolutePath().relativize(folder.toRealPath().resolve("b.txt"));

        AtomicFile.replace(relative, draft -> Files.writeString(draft, "new"));

        assertThat(folder.resolve("b.txt")).hasContent("new");
    }
}
