package io.yolofit.engine.comm;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// A rank other than 0 in a rendezvous: tries the ports until rank 0 answers, which may start later.
final class RendezvousClient {
    private static final int CONNECT_MILLIS = 2_000;
    private static final int GREETING_MILLIS = 3_000;
    private static final int PAUSE_MILLIS = 200;
    private static final int MOST_BYTES = 1 << 20;
    /// Beyond the time limit of rank 0, which then says who is missing.
    private static final long LONGEST_SILENCE_NANOS = 10_000_000_000L;

    private final Rendezvous rendezvous;
    private final Hello own;
    private final Waiting waiting;
    private String problem = "";

    private RendezvousClient(Rendezvous rendezvous, Hello own) {
        this.rendezvous = rendezvous;
        this.own = own;
        waiting = Waiting.of(rendezvous);
    }

    static Rendezvous.Group meet(Rendezvous rendezvous, Hello own) {
        return new RendezvousClient(rendezvous, own).meet();
    }

    private Rendezvous.Group meet() {
        long end = System.nanoTime() + rendezvous.timeout().toNanos();
        int ports = rendezvous.oneHost() ? Rendezvous.PORTS : 1;
        do {
            for (int port = rendezvous.port(); port < rendezvous.port() + ports; port++) {
                waiting.check(() -> "rank 0 at " + rendezvous.host() + ":" + rendezvous.port() + (problem.isEmpty() ? ""
                        : " (" + problem + ")"));
                Optional<Rendezvous.Group> group = attempt(Math.min(port, Rendezvous.HIGHEST_PORT), end);
                if (group.isPresent()) {
                    return group.get();
                }
            }
            pause();
        } while (System.nanoTime() < end);
        throw new CommunicationException(own.name() + " did not reach rank 0 at " + rendezvous.host() + ":"
                + rendezvous.port() + " within " + LocalGroup.seconds(rendezvous.timeout()) + " (" + problem
                + "): start rank 0, and allow connections to that port", rendezvous.host() + ":" + rendezvous.port(),
                "start rank 0, and allow connections to that port");
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommunicationException("interrupted while waiting for rank 0", e);
        }
    }

    /// One connection; empty if rank 0 of this run is not at that port.
    private Optional<Rendezvous.Group> attempt(int port, long end) {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(rendezvous.host(), port), CONNECT_MILLIS);
            socket.setSoTimeout(GREETING_MILLIS);
            var in = new DataInputStream(socket.getInputStream());
            if (!Arrays.equals(in.readNBytes(Rendezvous.MAGIC.length), Rendezvous.MAGIC)) {
                throw new IOException("another program listens at port " + port);
            }
            var out = new DataOutputStream(socket.getOutputStream());
            out.write(Rendezvous.MAGIC);
            own.write(out);
            return answer(socket, in, port, end);
        } catch (MeetingStoppedException stopped) {
            closeQuietly(socket);
            throw stopped;
        } catch (UnknownHostException e) {
            problem = "host " + rendezvous.host() + " is unknown";
        } catch (IOException e) {
            problem = e.getMessage() == null ? "the connection to port " + port + " ended" : e.getMessage();
        }
        closeQuietly(socket);
        return Optional.empty();
    }

    /// Waits for the first byte of the answer, which rank 0 sends when all ranks are there.
    private int awaited(Socket socket, DataInputStream in, int port, long end) throws IOException {
        socket.setSoTimeout(Waiting.POLL_MILLIS);
        while (true) {
            try {
                return in.readUnsignedByte();
            } catch (SocketTimeoutException silence) {
                waiting.check(() -> "other ranks, with rank 0 at " + rendezvous.host() + ":" + port);
                if (System.nanoTime() - end > LONGEST_SILENCE_NANOS) {
                    throw silence;
                }
            }
        }
    }

    private Optional<Rendezvous.Group> answer(Socket socket, DataInputStream in, int port, long end)
            throws IOException {
        int answer = awaited(socket, in, port, end);
        socket.setSoTimeout(GREETING_MILLIS);
        if (answer == Rendezvous.REFUSED) {
            String reason = in.readUTF();
            closeQuietly(socket);
            throw new CommunicationException(reason);
        }
        if (answer != Rendezvous.WELCOME) {
            throw new IOException("rank 0 of another run listens at port " + port);
        }
        List<String> names = new ArrayList<>();
        int ranks = in.readInt();
        for (int i = 0; i < ranks; i++) {
            names.add(in.readUTF());
        }
        int length = in.readInt();
        if (ranks != own.ranks() || length < 0 || length > MOST_BYTES) {
            throw new IOException("a malformed answer from port " + port);
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return Optional.of(new Rendezvous.Group(new SocketCommunicator(own.rank(), names, List.of(new Link(socket))),
                bytes));
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException _) {
            // nothing else to release
        }
    }
}
