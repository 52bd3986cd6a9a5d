package io.yolofit.engine.comm;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// A connection between two ranks. A frame is a type (byte), the number of its data bytes (long, big-endian), and the
/// data; floats are in little-endian order.
final class Link implements AutoCloseable {
    private static final int BUFFER = 1 << 16;
    private static final int CHUNK = 1 << 18; // bytes that are added at once
    private static final int LONGEST_REASON = 1 << 16;
    private static final int DRAIN_MILLIS = 500;

    /// Types of frames; the ordinal is their number.
    enum Type { SUM, BROADCAST, GATHER, ABORT }

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;
    private final byte[] chunk = new byte[CHUNK];

    Link(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(0);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), BUFFER));
        out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), BUFFER));
    }

    /// The other rank ended the group.
    static final class AbortedException extends IOException {
        private static final long serialVersionUID = 1L;

        AbortedException(String reason) {
            super(reason);
        }
    }

    void send(Type type, byte[] data) throws IOException {
        synchronized (out) { // an abort may come from another thread
            out.writeByte(type.ordinal());
            out.writeLong(data.length);
            out.write(data);
            out.flush();
        }
    }

    void sendFloats(Type type, MemorySegment floats, long count) throws IOException {
        synchronized (out) {
            out.writeByte(type.ordinal());
            out.writeLong(count * Float.BYTES);
            for (long at = 0; at < count * Float.BYTES; at += CHUNK) {
                int bytes = (int) Math.min(CHUNK, count * Float.BYTES - at);
                MemorySegment.copy(floats, ValueLayout.JAVA_BYTE, at, chunk, 0, bytes);
                out.write(chunk, 0, bytes);
            }
            out.flush();
        }
    }

    byte[] receive(Type type) throws IOException {
        byte[] data = new byte[Math.toIntExact(header(type))];
        in.readFully(data);
        return data;
    }

    /// Receives a vector and replaces another by it, or adds it.
    void receiveFloats(Type type, MemorySegment into, long count, boolean adds) throws IOException {
        long bytes = header(type);
        if (bytes != count * Float.BYTES) {
            throw new IOException("a vector of " + bytes / Float.BYTES + " floats instead of " + count
                    + ": the ranks run different programs");
        }
        byte[] received = new byte[(int) Math.min(CHUNK, bytes)];
        for (long at = 0; at < bytes; at += CHUNK) {
            int length = (int) Math.min(CHUNK, bytes - at);
            in.readFully(received, 0, length);
            if (adds) {
                FloatSums.add(into.asSlice(at, length), MemorySegment.ofArray(received), length / Float.BYTES);
            } else {
                MemorySegment.copy(received, 0, into, ValueLayout.JAVA_BYTE, at, length);
            }
        }
    }

    private long header(Type expected) throws IOException {
        int number = in.readUnsignedByte();
        long bytes = in.readLong();
        if (number == Type.ABORT.ordinal() && bytes <= LONGEST_REASON) {
            throw new AbortedException(new String(in.readNBytes((int) bytes), StandardCharsets.UTF_8));
        }
        if (number != expected.ordinal() || bytes < 0) {
            throw new IOException("a frame of type " + number + " instead of " + expected
                    + ": the ranks run different programs");
        }
        return bytes;
    }

    /// Sends the reason of an end, and waits shortly for the other side to read it. Never throws: the connection may be
    /// lost already.
    void abort(String reason) {
        try {
            byte[] text = reason.getBytes(StandardCharsets.UTF_8);
            send(Type.ABORT, text.length <= LONGEST_REASON ? text : new byte[0]);
            socket.shutdownOutput();
        } catch (IOException _) {
            closeQuietly(); // the other side notices the end of the connection
        }
    }

    /// Reads what is in flight, for a close without data loss on the other side.
    void drain() {
        try {
            socket.setSoTimeout(DRAIN_MILLIS);
            in.transferTo(DataOutputStream.nullOutputStream());
        } catch (IOException _) {
            closeQuietly();
        }
    }

    private void closeQuietly() {
        try {
            socket.close();
        } catch (IOException _) {
            // already broken; nothing else to release
        }
    }

    @Override
    public void close() {
        closeQuietly();
    }
}
