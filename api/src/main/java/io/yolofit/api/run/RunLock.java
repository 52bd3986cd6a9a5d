package io.yolofit.api.run;

import io.yolofit.base.YoloFitException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/// The lock of a run folder, in which one training at a time writes.
///
/// It is a lock of the operating system on the empty file `.run.lock`, which therefore ends with its process, however
/// that ends. `.run.owner` names the process while the run is active, for messages. It is a file of its own because a
/// process loses its POSIX locks of a file when it closes any descriptor of that file, even one it only reads.
final class RunLock implements AutoCloseable {
    private static final String LOCK = ".run.lock";
    private static final String OWNER = ".run.owner";

    private final FileChannel channel;
    private final Path owner;
    private final boolean excludesOthers;

    private RunLock(FileChannel channel, Path owner, boolean excludesOthers) {
        this.channel = channel;
        this.excludesOthers = excludesOthers;
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

    /// Locks a folder.
    ///
    /// @param warnings receives a line if the file system has no locks
    /// @throws YoloFitException if another training is active there
    static RunLock acquire(Path folder, Consumer<String> warnings) throws IOException {
        synchronized (RunLock.class) { // trainings of this process: see the class
            Path file = folder.resolve(OWNER);
            Optional<Owner> owner = Owner.read(file);
            if (owner.equals(Optional.of(Owner.current()))) {
                throw held(folder, owner);
            }
            FileChannel channel = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
            boolean isHeld = false;
            try {
                Attempt attempt = attempt(channel, folder, warnings);
                if (attempt == Attempt.REFUSED) {
                    throw held(folder, owner);
                }
                Files.writeString(file, Owner.current().text());
                isHeld = true;
                return new RunLock(channel, file, attempt == Attempt.LOCKED);
            } finally {
                if (!isHeld) {
                    channel.close();
                }
            }
        }
    }

    private enum Attempt { LOCKED, REFUSED, UNSUPPORTED }

    private static Attempt attempt(FileChannel channel, Path folder, Consumer<String> warnings) throws IOException {
        try {
            return channel.tryLock() == null ? Attempt.REFUSED : Attempt.LOCKED;
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

    private static YoloFitException held(Path folder, Optional<Owner> owner) {
        Optional<Owner> known = owner.filter(one -> !one.equals(Owner.current()));
        String who = owner.isEmpty() ? "another process" : known.isEmpty() ? "this process"
                : "process " + owner.get().pid + " on " + owner.get().host;
        return new YoloFitException(who + " is training in this folder", folder.toString(), "wait until it ends"
                + known.map(one -> ", stop it with `kill " + one.pid + "`").orElse("")
                + ", or give another name= or project=");
    }

    /// Whether no other training can write in the folder; false if the file system has no locks.
    boolean excludesOthers() {
        return excludesOthers;
    }

    /// Ends the lock; later calls have no effect.
    @Override
    public void close() throws IOException {
        synchronized (RunLock.class) {
            if (channel.isOpen()) {
                Files.deleteIfExists(owner);
                channel.close();
            }
        }
    }
}
