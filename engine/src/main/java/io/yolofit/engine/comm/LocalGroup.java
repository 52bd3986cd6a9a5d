package io.yolofit.engine.comm;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A group whose ranks are threads of one process and exchange through shared memory.
///
/// At the meeting of a collective every rank has published its data. Bytes and short vectors are published as copies,
/// which the others read after the meeting; the copies of one collective are kept until the meeting of the next one but
/// one, which no rank reaches before all have read them. Of a long vector each rank sums `1 / ranks`, in place and for
/// all; a second meeting ends the collective.
public final class LocalGroup {
    /// Floats of a vector that is copied rather than summed in place.
    private static final long SHORT = 1 << 14;
    private static final String NONE = "no collective yet";

    private final List<String> names;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /// Data of the ranks, of even and of odd collectives.
    private final Object[][] published;
    private final String[] calls;
    private final boolean[] present;
    private final List<End> ends = new ArrayList<>();
    private final List<Consumer<String>> actions = new ArrayList<>();
    private long meetings;
    private String failure;

    private LocalGroup(List<String> names) {
        this.names = List.copyOf(names);
        int ranks = names.size();
        published = new Object[2][ranks];
        calls = new String[ranks];
        present = new boolean[ranks];
        IntStream.range(0, ranks).forEach(rank -> ends.add(new End(rank)));
    }

    /// The ends of a new group, one per rank.
    ///
    /// @param names of the ranks, for messages: `rank 1 (cpu)`
    public static List<Communicator> of(List<String> names) {
        return List.copyOf(new LocalGroup(names).ends);
    }

    /// A new group of ranks without further names.
    public static List<Communicator> of(int ranks) {
        return of(IntStream.range(0, ranks).mapToObj(rank -> "rank " + rank).toList());
    }

    private final class End implements Communicator {
        private final int rank;
        private Duration timeout = DEFAULT_TIMEOUT;
        private long collectives;
        private volatile String position = NONE;

        private End(int rank) {
            this.rank = rank;
        }

        @Override
        public int rank() {
            return rank;
        }

        @Override
        public int ranks() {
            return names.size();
        }

        @Override
        public String name() {
            return names.get(rank);
        }

        @Override
        public void sum(MemorySegment floats, long count) {
            String call = "sum of " + count + " floats";
            MemorySegment own = floats.asSlice(0, count * Float.BYTES);
            if (count <= SHORT) {
                Object[] vectors = begin(call, MemorySegment.ofArray(own.toArray(ValueLayout.JAVA_BYTE)));
                FloatSums.sum(own, Arrays.stream(vectors).map(MemorySegment.class::cast).toList(), count);
                return;
            }
            List<MemorySegment> vectors = Arrays.stream(begin(call, own)).map(MemorySegment.class::cast).toList();
            FloatSums.replace(vectors, count * rank / ranks(), count * (rank + 1) / ranks());
            meet(rank, call, timeout);
        }

        @Override
        public byte[] broadcast(byte[] bytes) {
            return ((byte[]) begin("broadcast", bytes.clone())[0]).clone();
        }

        @Override
        public List<byte[]> gather(byte[] bytes) {
            Object[] all = begin("gather", bytes.clone());
            return rank > 0 ? List.of() : Arrays.stream(all).map(one -> ((byte[]) one).clone()).toList();
        }

        /// Publishes this rank's data.
        ///
        /// @return the data of all ranks
        private Object[] begin(String call, Object data) {
            collectives++;
            position = call + " (collective " + collectives + ")";
            Object[] all = published[(int) (collectives % 2)];
            all[rank] = data; // other ranks read it after the meeting, which is a memory barrier
            meet(rank, call, timeout);
            return all.clone();
        }

        @Override
        public void timeout(Duration limit) {
            timeout = limit;
        }

        @Override
        public String position() {
            return position;
        }

        @Override
        public void abort(String reason) {
            fail(names.get(rank) + " stopped " + (position.equals(NONE) ? "before its first collective"
                    : "after " + position) + ": " + reason);
        }

        @Override
        public void onFailure(Consumer<String> action) {
            String failed;
            lock.lock();
            try {
                failed = failure;
                actions.add(action);
            } finally {
                lock.unlock();
            }
            if (failed != null) {
                action.accept(failed);
            }
        }

        @Override
        public void close() {
            fail(names.get(rank) + " left the group after " + position);
        }
    }

    private void fail(String reason) {
        lock.lock();
        try {
            failNow(reason);
        } finally {
            lock.unlock();
        }
    }

    private void failNow(String reason) {
        if (failure == null) {
            failure = reason;
            actions.forEach(action -> Thread.ofVirtual().start(() -> action.accept(reason)));
        }
        changed.signalAll();
    }

    /// Waits until all ranks are here with the same call.
    private void meet(int rank, String call, Duration timeout) {
        lock.lock();
        try {
            requireAlive();
            present[rank] = true;
            calls[rank] = call;
            requireSameCall(rank);
            if (IntStream.range(0, names.size()).allMatch(one -> present[one])) {
                Arrays.fill(present, false);
                meetings++;
                changed.signalAll();
                return;
            }
            await(rank, call, timeout);
        } finally {
            lock.unlock();
        }
    }

    private void await(int rank, String call, Duration timeout) {
        long meeting = meetings;
        long left = timeout.toNanos();
        try {
            while (meetings == meeting) {
                requireAlive();
                if (left <= 0) {
                    failNow(missing() + " did not reach " + names.get(rank) + "'s " + call + " within "
                            + seconds(timeout));
                    requireAlive();
                }
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            failNow(names.get(rank) + " was interrupted in " + call);
            Thread.currentThread().interrupt();
            requireAlive();
        }
    }

    private void requireAlive() {
        if (failure != null) {
            throw new CommunicationException(failure);
        }
    }

    private void requireSameCall(int rank) {
        for (int other = 0; other < names.size(); other++) {
            if (present[other] && !calls[other].equals(calls[rank])) {
                failNow(names.get(rank) + " called " + calls[rank] + ", but " + names.get(other) + " called "
                        + calls[other] + ": the ranks run different programs");
                requireAlive();
            }
        }
    }

    /// The ranks that have not arrived, with their latest collective.
    private String missing() {
        return IntStream.range(0, names.size()).filter(rank -> !present[rank])
                .mapToObj(rank -> names.get(rank) + " (last: " + ends.get(rank).position + ")")
                .collect(Collectors.joining(", "));
    }

    static String seconds(Duration time) {
        return TimeUnit.MILLISECONDS.toSeconds(time.toMillis() + 500) + " s";
    }
}
