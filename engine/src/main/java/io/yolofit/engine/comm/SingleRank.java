package io.yolofit.engine.comm;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/// A group of one rank.
final class SingleRank implements Communicator {
    @Override
    public int rank() {
        return 0;
    }

    @Override
    public int ranks() {
        return 1;
    }

    @Override
    public void sum(MemorySegment floats, long count) {
        // the sum of one vector is the vector
    }

    @Override
    public byte[] broadcast(byte[] bytes) {
        return bytes.clone();
    }

    @Override
    public List<byte[]> gather(byte[] bytes) {
        return List.of(bytes.clone());
    }

    @Override
    public void timeout(Duration limit) {
        // nothing waits
    }

    @Override
    public String position() {
        return "no collective: a group of one rank";
    }

    @Override
    public void abort(String reason) {
        // no other rank waits
    }

    @Override
    public void onFailure(Consumer<String> action) {
        // no other rank can fail
    }

    @Override
    public void close() {
        // holds nothing
    }
}
