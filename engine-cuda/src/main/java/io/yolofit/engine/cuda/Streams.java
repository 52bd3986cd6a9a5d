package io.yolofit.engine.cuda;

import io.yolofit.engine.cuda.driver.Device;
import io.yolofit.engine.cuda.driver.Stream;
import io.yolofit.graph.plan.Lane;
import java.util.EnumMap;
import java.util.Map;

/// The stream of every lane. Lanes other than the main one overlap it within a captured graph; that of the links is
/// opened by the first program that uses it.
final class Streams implements AutoCloseable {
    private final Device device;
    private final Stream main;
    private final Map<Lane, Stream> others = new EnumMap<>(Lane.class);

    Streams(Device device) {
        this.device = device;
        main = device.highPriorityStream(); // other lanes get the multiprocessors that it leaves idle
        others.put(Lane.SIDE, device.stream());
    }

    Stream main() {
        return main;
    }

    Stream of(Lane lane) {
        return lane == Lane.MAIN ? main : others.computeIfAbsent(lane, one -> device.stream());
    }

    @Override
    public void close() {
        main.close();
        others.values().forEach(Stream::close);
    }
}
