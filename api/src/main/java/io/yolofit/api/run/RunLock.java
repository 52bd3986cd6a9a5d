package io.yolofit.api.run;

import io.yolofit.base.YoloFitException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/// The lock of a run folder: a training holds it alone, `val` and `predict`, which reuse a folder, share it.
///
/// It is a lock of the operating system on the empty file `.run.lock`, which therefore ends with its process, however
/// that ends. `.run.owner` names the process of the training while it is active, for messages. It is a file of its own
/// because a process loses its POSIX locks of a file when it closes any descriptor of that file, even one that it only
/// reads.
final class RunLock implements AutoCloseable {
    private static final String LOCK = ".run.lock";
    private static final String OWNER = ".run.owner";

    private final FileChannel channel;
    private final Path owner;
    private final Use use;
    private final boolean isLocked;

    private RunLock(FileChannel channel, Path owner, Use use, boolean isLocked) {
        this.channel = channel;
        this.use = use;
        this.isLocked = isLocked;
        this.owner = owner;
    }

    /// A process, by its number and its start: numbers are reused, and a container gives 1 to every first process.
    ///
    /// @param started milliseconds since 1970; 0 if unknown
    private record Owner(String host, long pid, long started) {
        static Owner current() {
            ProcessHandle process = ProcessHandle.current();
            return new Owner(thisHost(), process.pid(), process.info().startInstant().map(Instant::toEpochMilli)
                    .orElse(0L));
        }

        /// Empty if no process has written the file, or not all of it.
        static Optional<Owner> read(Path file) throws IOException {
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            String[] words = Files.readString(file).strip().split(" ");
            return words.length == 3 && words[1].matches("\\d{1,18}") && words[2].matches("\\d{1,18}")
                    ? Optional.of(new Owner(words[0], Long.parseLong(words[1]), Long.parseLong(words[2])))
                    : Optional.empty();
        }

        private static String thisHost() {
            try {
                return InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException _) {
                return "localhost"; // a container without an entry for itself; the name is for messages
            }
        }

        String text() {
            return host + " " + pid + " " + started;
        }
    }

    /// What a process does in a folder.
    enum Use {
        /// Writes its run; no other process writes there.
        TRAINING("wait until it ends%s, or give another name= or project="),
        /// Adds results; others may do so too, but no training is active there.
        RESULTS("leave out exist_ok=true to get a new folder, or give another name= or project=");

        private final String remedy;

        Use(String remedy) {
            this.remedy = remedy;
        }
    }

    /// Locks a folder.
    ///
    /// @param warnings receives a line if the file system has no locks
    /// @throws YoloFitException if a training is active there, or for a training if another process writes there
    static RunLock acquire(Path folder, Use use, Consumer<String> warnings) throws IOException {
        synchronized (RunLock.class) { // runs of this process: see the class
            Path file = folder.resolve(OWNER);
            Optional<Owner> owner = requireOtherOwner(folder, use);
            FileChannel channel = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE,
                    StandardOpenOption.READ, StandardOpenOption.WRITE);
            boolean isHeld = false;
            try {
                Attempt attempt = attempt(channel, use, folder, warnings);
                if (attempt == Attempt.REFUSED) {
                    throw held(folder, use, owner);
                }
                if (use == Use.TRAINING) {
                    Files.writeString(file, Owner.current().text());
                } else if (attempt == Attempt.LOCKED) {
                    Files.deleteIfExists(file); // of a killed training
                }
                isHeld = true;
                return new RunLock(channel, file, use, attempt == Attempt.LOCKED);
            } finally {
                if (!isHeld) {
                    channel.close();
                }
            }
        }
    }

    /// Refuses as [#acquire] would, and changes nothing in the folder.
    ///
    /// @throws YoloFitException if the folder cannot be used now
    static void requireFree(Path folder, Use use) throws IOException {
        synchronized (RunLock.class) {
            Path lock = folder.resolve(LOCK);
            if (!Files.exists(lock)) {
                return;
            }
            Optional<Owner> owner = requireOtherOwner(folder, use);
            try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                if (attempt(channel, use, folder, _ -> { }) == Attempt.REFUSED) {
                    throw held(folder, use, owner);
                }
            } catch (AccessDeniedException _) {
                // the folder cannot be used either; acquiring it says why
            }
        }
    }

    /// The process that the folder names; refuses this one before it opens the lock file.
    private static Optional<Owner> requireOtherOwner(Path folder, Use use) throws IOException {
        Optional<Owner> owner = Owner.read(folder.resolve(OWNER));
        if (owner.equals(Optional.of(Owner.current()))) {
            throw held(folder, use, owner);
        }
        return owner;
    }

    private enum Attempt { LOCKED, REFUSED, UNSUPPORTED }

    private static Attempt attempt(FileChannel channel, Use use, Path folder, Consumer<String> warnings)
            throws IOException {
        try {
            return channel.tryLock(0, Long.MAX_VALUE, use == Use.RESULTS) == null ? Attempt.REFUSED : Attempt.LOCKED;
        } catch (OverlappingFileLockException _) {
            return Attempt.REFUSED;
        } catch (ClosedByInterruptException interrupted) {
            throw interrupted;
        } catch (IOException unsupported) {
            warnings.accept(folder + " cannot be locked (" + unsupported.getMessage() + "), so that another training "
                    + "may write there: give every run a folder of its own");
            return Attempt.UNSUPPORTED;
        }
    }

    private static YoloFitException held(Path folder, Use use, Optional<Owner> owner) {
        Optional<Owner> known = owner.filter(one -> !one.equals(Owner.current()));
        String what = owner.isEmpty() ? "another process writes into this folder"
                : (known.isEmpty() ? "this process" : "process " + known.get().pid + " on " + known.get().host)
                        + " is training in this folder";
        return new YoloFitException(what, folder.toString(), use.remedy.formatted(known.map(one -> ", stop it with "
                + "`kill " + one.pid + "`").orElse("")));
    }

    /// Whether no other process can write in the folder; false if the file system has no locks.
    boolean excludesOthers() {
        return isLocked && use == Use.TRAINING;
    }

    /// Ends the lock; later calls have no effect.
    @Override
    public void close() throws IOException {
        synchronized (RunLock.class) {
            if (channel.isOpen()) {
                if (use == Use.TRAINING) {
                    Files.deleteIfExists(owner);
                }
                channel.close();
            }
        }
    }
}
