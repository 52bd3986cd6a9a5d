package io.yolofit.engine.cuda;

import io.yolofit.engine.cuda.driver.Device;
import io.yolofit.engine.cuda.driver.Stream;
import io.yolofit.graph.plan.Lane;
import java.util.EnumMap;
import java.util.Map;

/// The stream of every lane. Lanes other than the main one overlap it within a captured graph; those of branches and
/// links are opened by the first program that uses them. Blocks of branches are scheduled like those of the main lane:
/// with a lower priority, they would wait for it and be left over at the join.
final class Streams implements AutoCloseable {
    private final Device device;
    private final Stream main;
    private final Map<Lane, Stream> others = new EnumMap<>(Lane.class);

    Streams(Device device) {
        this.device = device;
        main = device.highPriorityStream(); // side lane and links get the multiprocessors that it leaves idle
        others.put(Lane.SIDE, device.stream());
    }

    Stream main() {
        return main;
    }

    Stream of(Lane lane) {
        return lane == Lane.MAIN ? main : others.computeIfAbsent(lane, one ->
                one == Lane.BRANCH ? device.highPriorityStream() : device.stream());
    }

    @Override
    public void close() {
        main.close();
        others.values().forEach(Stream::close);
    }
}
