package io.yolofit.engine.comm;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// A rank of a group that spans processes. Rank 0 has a connection to every other rank: it receives vectors in rank
/// order, adds them and sends the sum to all. This keeps sums equal to those of [LocalGroup], bit for bit.
///
/// A lost connection, as after `kill -9`, is noticed at once by the ranks that wait; a rank that hangs, when the
/// timeout of a collective ends.
final class SocketCommunicator implements Communicator {
    /// Other ranks wait longer than rank 0, so that they receive its message about who is missing.
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final String NONE = "no collective yet";

    private final int rank;
    private final List<String> names;
    private final List<Link> links; // rank 0: of the ranks 1, 2, ...; others: of rank 0
    private final Deadline deadline;
    private Duration timeout = DEFAULT_TIMEOUT;
    private long collectives;
    private volatile String position = NONE;
    private volatile String failure;
    private volatile Link current;
    private final List<Consumer<String>> actions = new CopyOnWriteArrayList<>();

    /// @param names of all ranks, for messages
    /// @param links rank 0: one per other rank, in rank order; other ranks: the one to rank 0
    SocketCommunicator(int rank, List<String> names, List<Link> links) {
        this.rank = rank;
        this.names = List.copyOf(names);
        this.links = List.copyOf(links);
        current = links.getFirst();
        deadline = new Deadline(() -> current.close()); // the others still receive the reason
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

    /// Part of a collective on one connection.
    @FunctionalInterface
    private interface Exchange {
        void with(Link link) throws IOException;
    }

    @Override
    public void sum(MemorySegment floats, long count) {
        begin("sum of " + count + " floats");
        if (rank == 0) {
            each(link -> link.receiveFloats(Link.Type.SUM, floats, count, true));
            each(link -> link.sendFloats(Link.Type.SUM, floats, count));
        } else {
            each(link -> link.sendFloats(Link.Type.SUM, floats, count));
            each(link -> link.receiveFloats(Link.Type.SUM, floats, count, false));
        }
        deadline.stop();
    }

    @Override
    public byte[] broadcast(byte[] bytes) {
        begin("broadcast");
        List<byte[]> received = new ArrayList<>();
        if (rank == 0) {
            received.add(bytes.clone());
            each(link -> link.send(Link.Type.BROADCAST, bytes));
        } else {
            each(link -> received.add(link.receive(Link.Type.BROADCAST)));
        }
        deadline.stop();
        return received.getFirst();
    }

    @Override
    public List<byte[]> gather(byte[] bytes) {
        begin("gather");
        List<byte[]> all = new ArrayList<>();
        if (rank == 0) {
            all.add(bytes.clone());
            each(link -> all.add(link.receive(Link.Type.GATHER)));
        } else {
            each(link -> link.send(Link.Type.GATHER, bytes));
        }
        deadline.stop();
        return all;
    }

    private void begin(String call) {
        if (failure != null) {
            throw new CommunicationException(failure);
        }
        collectives++;
        position = call + " (collective " + collectives + ")";
        deadline.start(rank == 0 ? timeout : timeout.plus(GRACE));
    }

    private void each(Exchange exchange) {
        for (int i = 0; i < links.size(); i++) {
            String other = names.get(rank == 0 ? i + 1 : 0);
            current = links.get(i);
            try {
                exchange.with(current);
            } catch (Link.AbortedException aborted) {
                throw failed(aborted.getMessage(), aborted);
            } catch (IOException lost) {
                throw failed(failure != null ? failure : reason(other, lost), lost);
            }
        }
    }

    private String reason(String other, IOException lost) {
        if (deadline.isExpired()) {
            return other + " did not reach " + names.get(rank) + "'s " + position + " within "
                    + LocalGroup.seconds(timeout);
        }
        String what = lost instanceof EOFException || lost.getMessage() == null ? "its process has ended"
                : lost.getMessage();
        return "lost the connection to " + other + " in " + position + ": " + what;
    }

    private CommunicationException failed(String reason, Throwable cause) {
        end(reason);
        return new CommunicationException(failure, cause);
    }

    /// Ends all connections, each with the reason.
    private void end(String reason) {
        if (failure == null) {
            failure = reason;
            actions.forEach(action -> action.accept(reason));
        }
        links.forEach(link -> link.abort(reason));
        links.forEach(Link::drain);
        release();
    }

    private void release() {
        deadline.close();
        links.forEach(Link::close);
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
        end(names.get(rank) + " stopped " + (position.equals(NONE) ? "before its first collective"
                : "after " + position) + ": " + reason);
    }

    @Override
    public void onFailure(Consumer<String> action) {
        actions.add(action);
        if (failure != null) {
            action.accept(failure);
        }
    }

    @Override
    public void close() {
        if (failure == null) {
            failure = names.get(rank) + " left the group after " + position;
            links.forEach(link -> link.abort(failure)); // not read after the last collective
        }
        release();
    }
}
