package io.yolofit.engine.comm;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Rank 0 of a rendezvous. Every connection is read by a thread of its own, so that a slow or foreign one delays no
/// other.
final class RendezvousServer {
    private static final int HELLO_MILLIS = 10_000;
    /// Time after a refusal in which the other ranks still come, to receive its reason.
    private static final long REFUSAL_NANOS = 3_000_000_000L;

    private final Rendezvous rendezvous;
    private final Hello own;
    private final Map<Integer, Guest> guests = new TreeMap<>();
    private String refusal;
    private long refused;

    private record Guest(Hello hello, Socket socket, DataOutputStream out) {
    }

    private RendezvousServer(Rendezvous rendezvous, Hello own) {
        this.rendezvous = rendezvous;
        this.own = own;
    }

    static Rendezvous.Group meet(Rendezvous rendezvous, Hello own, byte[] bytes) {
        var server = new RendezvousServer(rendezvous, own);
        try (ServerSocket socket = bind(rendezvous)) {
            server.accept(socket);
            return server.welcome(bytes);
        } catch (IOException e) {
            throw new CommunicationException("the ranks could not meet at port " + rendezvous.port() + ": "
                    + e.getMessage(), e);
        }
    }

    /// Listens on the port, or on one host on the first free one of the next ports.
    private static ServerSocket bind(Rendezvous rendezvous) throws IOException {
        int last = rendezvous.oneHost() ? Math.min(Rendezvous.HIGHEST_PORT, rendezvous.port() + Rendezvous.PORTS - 1)
                : rendezvous.port();
        for (int port = rendezvous.port(); port <= last; port++) {
            ServerSocket socket = new ServerSocket();
            try {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(port));
                socket.setSoTimeout(Waiting.POLL_MILLIS);
                if (port > rendezvous.port()) {
                    rendezvous.notes().accept("port " + rendezvous.port() + " is in use: the ranks meet at port "
                            + port);
                }
                return socket;
            } catch (BindException _) {
                socket.close(); // in use
            }
        }
        String remedy = rendezvous.oneHost()
                ? "end the other runs, or give a free port as YOLOFIT_MASTER=host:port or MASTER_PORT"
                : "give all processes another one, as YOLOFIT_MASTER=host:port or MASTER_PORT";
        throw new CommunicationException((rendezvous.oneHost() ? "the ports " + rendezvous.port() + " to " + last
                + " are in use: " : "port " + rendezvous.port() + " of " + rendezvous.host()
                + ", at which the ranks of several hosts meet, is in use: ") + remedy,
                rendezvous.host() + ":" + rendezvous.port(), remedy);
    }

    private void accept(ServerSocket server) throws IOException {
        long end = System.nanoTime() + rendezvous.timeout().toNanos();
        Waiting waiting = Waiting.of(rendezvous);
        while (!isComplete()) {
            check(waiting, server.getLocalPort());
            if (System.nanoTime() > end) {
                refuse(missing() + " did not come to " + rendezvous.host() + ":" + server.getLocalPort() + " within "
                        + LocalGroup.seconds(rendezvous.timeout())
                        + ": start all ranks, and allow connections to that port");
            }
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> greet(socket));
            } catch (SocketTimeoutException _) {
                // look at the time and the guests again
            }
        }
    }

    /// When the user stops this rank, those that wait with it get the reason.
    private synchronized void check(Waiting waiting, int port) {
        try {
            List<String> absent = absent().mapToObj(String::valueOf).toList();
            waiting.check(() -> (absent.size() == 1 ? "rank " : "ranks ") + String.join(", ", absent) + " of "
                    + own.ranks() + " at " + rendezvous.host() + ":" + port);
        } catch (MeetingStoppedException stopped) {
            guests.values().forEach(guest -> send(guest, own.name() + " was " + stopped.getMessage()));
            throw stopped;
        }
    }

    private IntStream absent() {
        return IntStream.range(1, own.ranks()).filter(rank -> !guests.containsKey(rank));
    }

    private synchronized boolean isComplete() {
        return guests.size() == own.ranks() - 1
                || refusal != null && System.nanoTime() - refused > REFUSAL_NANOS;
    }

    private synchronized String missing() {
        return absent().mapToObj(rank -> "rank " + rank).collect(Collectors.joining(", "));
    }

    private synchronized void refuse(String reason) {
        if (refusal == null) {
            refusal = reason;
            refused = System.nanoTime();
        }
    }

    private void greet(Socket socket) {
        try {
            socket.setSoTimeout(HELLO_MILLIS);
            var out = new DataOutputStream(socket.getOutputStream());
            out.write(Rendezvous.MAGIC);
            out.flush();
            var in = new DataInputStream(socket.getInputStream());
            if (!Arrays.equals(in.readNBytes(Rendezvous.MAGIC.length), Rendezvous.MAGIC)) {
                throw new IOException("it is not YoloFit");
            }
            add(new Guest(Hello.read(in), socket, out));
        } catch (IOException e) {
            rendezvous.notes().accept("ignored a connection from " + socket.getRemoteSocketAddress() + ": "
                    + (e.getMessage() == null ? "it ended" : e.getMessage()));
            closeQuietly(socket);
        }
    }

    private synchronized void add(Guest guest) throws IOException {
        if (!guest.hello.job().equals(own.job())) {
            guest.out.writeByte(Rendezvous.OTHER_JOB);
            guest.out.flush();
            closeQuietly(guest.socket);
            return;
        }
        List<Hello> others = new ArrayList<>(guests.values().stream().map(Guest::hello).toList());
        others.addFirst(own);
        others.stream().flatMap(other -> other.conflict(guest.hello).stream()).findFirst().ifPresent(this::refuse);
        Guest before = guests.putIfAbsent(guest.hello.rank(), guest);
        if (before != null) { // refused: a rank that exists already
            send(guest, refusal);
        }
    }

    private synchronized Rendezvous.Group welcome(byte[] bytes) throws IOException {
        if (refusal != null) {
            guests.values().forEach(guest -> send(guest, refusal));
            throw new CommunicationException(refusal);
        }
        List<String> names = new ArrayList<>(List.of(own.name()));
        guests.values().forEach(guest -> names.add(guest.hello.name()));
        List<Link> links = new ArrayList<>();
        for (Guest guest : guests.values()) {
            guest.out.writeByte(Rendezvous.WELCOME);
            guest.out.writeInt(names.size());
            for (String name : names) {
                guest.out.writeUTF(name);
            }
            guest.out.writeInt(bytes.length);
            guest.out.write(bytes);
            guest.out.flush();
            links.add(new Link(guest.socket));
        }
        return new Rendezvous.Group(new SocketCommunicator(0, names, links), bytes);
    }

    private static void send(Guest guest, String reason) {
        try {
            guest.out.writeByte(Rendezvous.REFUSED);
            guest.out.writeUTF(reason);
            guest.out.flush();
        } catch (IOException _) {
            // that rank has ended already
        }
        closeQuietly(guest.socket);
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException _) {
            // nothing else to release
        }
    }
}
