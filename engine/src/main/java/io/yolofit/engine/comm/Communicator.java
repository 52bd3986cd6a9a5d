package io.yolofit.engine.comm;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/// One rank's end of a group of ranks. All ranks call the same collectives in the same order; a call returns when its
/// result is complete on this rank. An end belongs to one thread at a time, except for [#abort(String)] and
/// [#position()].
///
/// After a failure of any rank, every call of every rank throws a [CommunicationException] with the first reason.
public interface Communicator extends AutoCloseable {
    /// Time that a collective waits for the other ranks, unless [#timeout(Duration)] changes it.
    Duration DEFAULT_TIMEOUT = Duration.ofSeconds(120);

    /// Number of this rank, from 0.
    int rank();

    /// Number of ranks of the group.
    int ranks();

    /// This rank, for messages: `rank 1 (node-b, cpu)`.
    default String name() {
        return "rank " + rank();
    }

    /// Sums vectors element by element, in place: `x = x_0 + x_1 + ...`, in rank order and in fp32, so that all ranks
    /// get the same bits.
    ///
    /// @param floats host memory that every thread may access; 4-byte elements in native order
    /// @param count  number of elements; the same on all ranks
    void sum(MemorySegment floats, long count);

    /// Sends the bytes of rank 0 to all ranks.
    ///
    /// @param bytes ignored on other ranks
    byte[] broadcast(byte[] bytes);

    /// Collects the bytes of all ranks on rank 0.
    ///
    /// @return one array per rank, in rank order; empty on other ranks
    List<byte[]> gather(byte[] bytes);

    /// Waits until all ranks have called it.
    default void barrier() {
        gather(new byte[0]);
        broadcast(new byte[0]);
    }

    /// Sets the time that later collectives wait for the other ranks.
    void timeout(Duration limit);

    /// The latest collective of this rank, for messages: `sum of 80 floats (collective 12)`.
    String position();

    /// Ends the group: pending and later calls of all ranks throw. May be called by any thread.
    ///
    /// @param reason for the messages of the other ranks
    void abort(String reason);

    /// Adds an action for the failure of the group, such as the release of a thread that waits for a device. It runs
    /// once, in any thread; at once if the group has failed already.
    ///
    /// @param action receives the reason
    void onFailure(Consumer<String> action);

    /// Leaves the group. Ranks that wait for this one fail.
    @Override
    void close();

    /// The group of a run on one device: collectives return at once.
    static Communicator alone() {
        return new SingleRank();
    }
}
