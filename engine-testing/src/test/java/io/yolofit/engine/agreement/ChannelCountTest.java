package io.yolofit.engine.agreement;

import io.yolofit.engine.testing.Engines;
import io.yolofit.graph.DType;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Every op that iterates over channels, on channel counts of less than one vector, one vector and a remainder, and
/// many vectors and a remainder, and on rows that are not aligned to vectors, as in a slice or a part of a concat.
class ChannelCountTest {
    private static final int[] CHANNELS = {1, 3, 7, 13, 33, 98};

    @TestFactory
    Stream<DynamicTest> everyOpAgreesOnEveryNumberOfChannels() {
        return Engines.precisions().flatMap(given -> tests((String) given.get()[0], (DType) given.get()[1]));
    }

    private static Stream<DynamicTest> tests(String engine, DType type) {
        return ChannelCases.all().entrySet().stream().flatMap(entry -> IntStream.of(CHANNELS).mapToObj(channels ->
                DynamicTest.dynamicTest(engine + " " + entry.getKey() + " " + type.text() + ", " + channels
                        + " channels", () -> entry.getValue().of(ChannelCases.of(type, channels)).check(engine))));
    }
}
