package io.yolofit.api.run;

import io.yolofit.base.YoloFitException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.function.Consumer;

/// The folder of a training that is active in this process; no other training can use it until [#close()]. Of a run
/// with several ranks, rank 0 holds the folder, because it alone writes there.
public final class ActiveRun implements AutoCloseable {
    private final RunFolder folder;
    private final RunLock lock;

    private ActiveRun(RunFolder folder, RunLock lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /// Creates the folder of a new run as [RunFolder#create] does. The results of an earlier run in a reused folder are
    /// deleted: they would pass as those of the new run until it has written its own. Other files are kept.
    ///
    /// @param notes receives a line if files were deleted, or if the file system has no locks
    /// @throws YoloFitException if another training is active in the folder, or nothing can be written there
    public static ActiveRun create(Path project, String name, boolean existOk, Consumer<String> notes)
            throws IOException {
        Path place = project.resolve(name);
        ActiveRun run = locked(() -> RunFolder.create(project, name, existOk), place, notes,
                "give a folder that you can write to, such as project=runs");
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
        return locked(() -> folder, folder.path(), notes,
                "make it writable, or copy the run to a folder that you can write to and resume it there");
    }

    @FunctionalInterface
    private interface Folder {
        RunFolder get() throws IOException;
    }

    private static ActiveRun locked(Folder source, Path place, Consumer<String> notes, String remedy)
            throws IOException {
        RunLock lock = null;
        boolean isReady = false;
        try {
            RunFolder folder = source.get();
            lock = RunLock.acquire(folder.path(), notes);
            if (lock.excludesOthers()) {
                folder.deleteTemporaries();
            }
            isReady = true;
            return new ActiveRun(folder, lock);
        } catch (FileSystemException failure) {
            throw new YoloFitException(UnwritableFolder.reason(place, failure), place.toString(), remedy, failure);
        } finally {
            if (!isReady && lock != null) {
                lock.close();
            }
        }
    }

    public RunFolder folder() {
        return folder;
    }

    /// Lets other trainings use the folder; later calls have no effect.
    @Override
    public void close() throws IOException {
        lock.close();
    }
}
