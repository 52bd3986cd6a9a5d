package io.yolofit.train.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.train.event.TrainingEvent.Note;
import io.yolofit.train.event.TrainingEvent.Rates;
import io.yolofit.train.event.TrainingEvent.Step;
import io.yolofit.train.event.TrainingEvent.Warning;
import io.yolofit.train.program.LossItems;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TrainingEventsTest {
    private static final Duration SOON = Duration.ofMillis(200);

    private final List<TrainingEvent> seen = Collections.synchronizedList(new ArrayList<>());

    private static Step step(int batch) {
        return new Step(1, batch, 10_000, 4, LossItems.ZERO, LossItems.ZERO, new Rates(0.01, 0.01, 0.1));
    }

    private List<String> warnings() {
        return seen.stream().filter(Warning.class::isInstance).map(event -> ((Warning) event).line()).toList();
    }

    @Test
    void everyListenerGetsEveryEventInOrder() {
        List<TrainingEvent> queued = Collections.synchronizedList(new ArrayList<>());
        List<TrainingEvent> published = new ArrayList<>();
        try (var events = new TrainingEvents(() -> false)) {
            events.direct("direct", seen::add).listen("queued", queued::add);
            for (int batch = 1; batch <= 500; batch++) {
                published.add(step(batch));
            }
            published.add(new Note("the end"));
            published.forEach(events::publish);
        }
        assertThat(seen).isEqualTo(published);
        assertThat(queued).isEqualTo(published);
    }

    @Test
    void aDirectListenerThatThrowsIsReportedOnceAndDetached() {
        List<TrainingEvent> first = new ArrayList<>();
        try (var events = new TrainingEvents(() -> false)) {
            events.direct("the recorder", event -> {
                first.add(event);
                throw new IllegalStateException("disk full");
            }).direct("other", seen::add);
            events.publish(step(1));
            events.publish(step(2));
        }
        assertThat(first).hasSize(1);
        assertThat(warnings()).containsExactly("the recorder failed and gets no more events of this run, which "
                + "continues: java.lang.IllegalStateException: disk full");
        assertThat(seen).filteredOn(Step.class::isInstance).hasSize(2);
    }

    @Test
    void aQueuedListenerThatThrowsIsReportedOnceAndDetached() {
        List<TrainingEvent> first = Collections.synchronizedList(new ArrayList<>());
        try (var events = new TrainingEvents(() -> false)) {
            events.direct("other", seen::add).listen("page", event -> {
                first.add(event);
                throw new AssertionError("wrong");
            });
            events.publish(step(1));
            events.publish(step(2));
        }
        assertThat(first).hasSize(1);
        assertThat(warnings()).hasSize(1).first().asString().startsWith("page failed and gets no more events")
                .endsWith("java.lang.AssertionError: wrong");
    }

    /// The listener waits until all events are published: the queue is full, and the run has not waited.
    @Test
    void aSlowListenerLosesStepsGetsTheirNumberAndAllOtherEvents() throws InterruptedException {
        var started = new CountDownLatch(1);
        var published = new CountDownLatch(1);
        long[] lost = {0};
        int steps = 3 * EventQueue.CAPACITY;
        try (var events = new TrainingEvents(() -> false)) {
            events.listen("slow", new TrainingEvent.Listener() {
                @Override
                public void on(TrainingEvent event) {
                    seen.add(event);
                    started.countDown();
                    await(published);
                }

                @Override
                public void lost(long number) {
                    lost[0] += number;
                }
            });
            events.publish(new Note("begin"));
            started.await();
            for (int batch = 1; batch <= steps; batch++) {
                events.publish(step(batch));
            }
            events.publish(new Note("end"));
            published.countDown();
        }
        long delivered = seen.stream().filter(Step.class::isInstance).count();
        assertThat(delivered).isEqualTo(EventQueue.CAPACITY);
        assertThat(lost[0]).isEqualTo(steps - delivered);
        assertThat(seen).filteredOn(Note.class::isInstance).containsExactly(new Note("begin"), new Note("end"));
    }

    @Test
    void withoutAMethodForItTheNumberOfLostStepsIsAWarning() {
        TrainingEvent.Listener listener = seen::add;
        listener.lost(7);
        assertThat(warnings()).containsExactly("7 Step events were not delivered: this listener is slower than the "
                + "run");
    }

    @Test
    void aListenerThatNeverReturnsDoesNotKeepTheRunFromEnding() {
        var never = new CountDownLatch(1);
        var events = new TrainingEvents(() -> false, SOON);
        events.direct("other", seen::add).listen("stuck", _ -> await(never));
        events.publish(step(1));
        events.publish(step(2));

        long start = System.nanoTime();
        events.close();

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        assertThat(warnings()).hasSize(1).first().asString().startsWith("stuck did not take its last ");
        never.countDown();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(1, TimeUnit.MINUTES);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
