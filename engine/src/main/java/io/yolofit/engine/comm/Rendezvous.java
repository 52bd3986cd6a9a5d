package io.yolofit.engine.comm;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// The meeting of ranks in several processes, over one TCP port of the host of rank 0. There the ranks compare version
/// and plan, and receive the bytes that rank 0 gives to all, such as the id of an NCCL communicator. The connections
/// then carry the collectives of a [SocketCommunicator].
///
/// ```
/// rank 0 -> rank r    "YOLOFIT1"                          at once, so that another program on the port is noticed
/// rank r -> rank 0    "YOLOFIT1", Hello
/// rank 0 -> rank r    WELCOME, names of all ranks, bytes  when all ranks are there
///                     REFUSED, reason                     to all ranks, if two of them do not fit
///                     OTHER_JOB                           of another run on the same host: rank r tries the next port
/// ```
///
/// @param host    of rank 0
/// @param port    on which rank 0 listens
/// @param oneHost whether all ranks are on one host: if the port is in use, the next ones are tried
/// @param timeout how long ranks wait for each other
/// @param notes   receives remarks for the user: for whom this rank waits, ignored connections
/// @param stop    whether the user has stopped the run
public record Rendezvous(String host, int port, boolean oneHost, Duration timeout, Consumer<String> notes,
        BooleanSupplier stop) {
    static final byte[] MAGIC = "YOLOFIT1".getBytes(StandardCharsets.US_ASCII);
    static final int WELCOME = 0;
    static final int REFUSED = 1;
    static final int OTHER_JOB = 2;
    /// Ports that are tried on one host.
    static final int PORTS = 8;
    static final int HIGHEST_PORT = 65535;

    /// A complete group.
    ///
    /// @param bytes of rank 0
    public record Group(Communicator communicator, byte[] bytes) {
    }

    /// Waits for all ranks.
    ///
    /// @param bytes what rank 0 gives to all; asked on rank 0 only
    /// @throws MeetingStoppedException if the user stops the run
    /// @throws CommunicationException if the port is in use, a rank does not come in time, or two ranks do not fit
    public Group meet(Hello own, Supplier<byte[]> bytes) {
        return own.rank() == 0 ? RendezvousServer.meet(this, own, bytes.get()) : RendezvousClient.meet(this, own);
    }
}
