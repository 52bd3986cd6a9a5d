package io.yolofit.api.run;

import io.yolofit.base.YoloFitException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/// The folder of a training that is active in this process; no other training, `val` or `predict` can use it until
/// [#close()]. Of a run with several ranks, rank 0 holds the folder, because it alone writes there.
///
/// `val` and `predict` have a [#results] folder: a new one, or one that they share with each other but that no training
/// uses.
public final class ActiveRun implements AutoCloseable {
    private static final String OTHER_PLACE = "give a folder that you can write to, such as project=runs";

    private final RunFolder folder;
    private final Optional<RunLock> lock;

    private ActiveRun(RunFolder folder, Optional<RunLock> lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /// Refuses the folder of a new run as [#create] would, before slow work; nothing is created.
    ///
    /// @param existOk whether a folder may be reused; a new one is always free
    /// @throws YoloFitException if another process uses the folder
    public static void requireFree(Path project, String name, boolean existOk) throws IOException {
        requireFree(project, name, existOk, RunLock.Use.TRAINING);
    }

    /// Refuses a folder as [#results] would, before slow work; nothing is created.
    ///
    /// @throws YoloFitException if a training is active in the folder
    public static void requireNoTraining(Path project, String name, boolean existOk) throws IOException {
        requireFree(project, name, existOk, RunLock.Use.RESULTS);
    }

    private static void requireFree(Path project, String name, boolean existOk, RunLock.Use use) throws IOException {
        if (existOk) {
            RunLock.requireFree(project.resolve(name), use);
        }
    }

    /// Creates the folder of a new run as [RunFolder#create] does. The results of an earlier run in a reused folder are
    /// deleted: they would pass as those of the new run until it has written its own. Other files are kept.
    ///
    /// @param notes receives a line if files were deleted, or if the file system has no locks
    /// @throws YoloFitException if another training is active in the folder, or nothing can be written there
    public static ActiveRun create(Path project, String name, boolean existOk, Consumer<String> notes)
            throws IOException {
        Path place = project.resolve(name);
        ActiveRun run = locked(() -> RunFolder.create(project, name, existOk), place,
                Optional.of(RunLock.Use.TRAINING), notes, OTHER_PLACE);
        boolean isReady = false;
        try {
            int deleted = run.folder.deleteResults();
            if (deleted > 0) {
                notes.accept("exist_ok=true: " + deleted + " files of an earlier run in " + run.folder
                        + " were deleted");
            }
            isReady = true;
            return run;
        } finally {
            if (!isReady) {
                run.close();
            }
        }
    }

    /// The folder of a run that continues. Temporary files that a killed process left there are deleted.
    ///
    /// @param notes receives a line if the file system has no locks
    /// @throws YoloFitException if another training is active in the folder, or nothing can be written there
    public static ActiveRun of(RunFolder folder, Consumer<String> notes) throws IOException {
        return locked(() -> folder, folder.path(), Optional.of(RunLock.Use.TRAINING), notes,
                "make it writable, or copy the run to a folder that you can write to and resume it there");
    }

    /// The folder that `val` or `predict` write to, as [RunFolder#create] chooses it. Files of a reused folder stay;
    /// a new one is not locked, because nobody else has its name.
    ///
    /// @param notes receives a line if the file system has no locks
    /// @throws YoloFitException if a training is active in the folder, or nothing can be written there
    public static ActiveRun results(Path project, String name, boolean existOk, Consumer<String> notes)
            throws IOException {
        return locked(() -> RunFolder.create(project, name, existOk), project.resolve(name),
                existOk ? Optional.of(RunLock.Use.RESULTS) : Optional.empty(), notes, OTHER_PLACE);
    }

    @FunctionalInterface
    private interface Folder {
        RunFolder get() throws IOException;
    }

    /// @param use empty for a folder that needs no lock
    private static ActiveRun locked(Folder source, Path place, Optional<RunLock.Use> use, Consumer<String> notes,
            String remedy) throws IOException {
        Optional<RunLock> lock = Optional.empty();
        boolean isReady = false;
        try {
            RunFolder folder = source.get();
            if (use.isPresent()) {
                lock = Optional.of(RunLock.acquire(folder.path(), use.get(), notes));
            }
            if (lock.isPresent() && lock.get().excludesOthers()) {
                folder.deleteTemporaries();
            }
            isReady = true;
            return new ActiveRun(folder, lock);
        } catch (FileSystemException failure) {
            throw new YoloFitException(UnwritableFolder.reason(place, failure), place.toString(), remedy, failure);
        } finally {
            if (!isReady && lock.isPresent()) {
                lock.get().close();
            }
        }
    }

    public RunFolder folder() {
        return folder;
    }

    /// Lets others use the folder; later calls have no effect.
    @Override
    public void close() throws IOException {
        if (lock.isPresent()) {
            lock.get().close();
        }
    }
}
