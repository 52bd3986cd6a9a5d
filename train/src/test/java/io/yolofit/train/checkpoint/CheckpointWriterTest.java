package io.yolofit.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CheckpointWriterTest {
    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void pause(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aSaveRunsInTheBackground() {
        var goneOn = new CountDownLatch(1);
        List<Thread> threads = new CopyOnWriteArrayList<>();
        try (var writer = new CheckpointWriter()) {
            writer.begin(() -> {
                await(goneOn);
                threads.add(Thread.currentThread());
            });
            goneOn.countDown();
        }
        assertThat(threads).hasSize(1).doesNotContain(Thread.currentThread());
    }

    @Test
    void savesRunInOrderAndOneAtATime() {
        List<Integer> done = new CopyOnWriteArrayList<>();
        var running = new AtomicInteger();
        var most = new AtomicInteger();
        try (var writer = new CheckpointWriter()) {
            for (int i = 0; i < 5; i++) {
                int number = i;
                writer.begin(() -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    pause(20 - 4 * number); // later saves are faster
                    done.add(number);
                    running.decrementAndGet();
                });
            }
        }
        assertThat(done).containsExactly(0, 1, 2, 3, 4);
        assertThat(most).hasValue(1);
    }

    @Test
    void awaitReturnsWhenNoSaveIsPending() {
        List<String> done = new CopyOnWriteArrayList<>();
        try (var writer = new CheckpointWriter()) {
            writer.begin(() -> {
                pause(50);
                done.add("first");
            });
            writer.await();
            assertThat(done).containsExactly("first");
        }
    }

    @Test
    void aFailureIsThrownByTheNextSaveWhichStillRuns() {
        List<String> done = new CopyOnWriteArrayList<>();
        try (var writer = new CheckpointWriter()) {
            writer.begin(() -> {
                throw new IllegalArgumentException("the disk is full");
            });
            assertThatCode(writer::await).as("await").doesNotThrowAnyException();
            assertThatThrownBy(() -> writer.begin(() -> done.add("second")))
                    .isInstanceOf(IllegalArgumentException.class).hasMessage("the disk is full");
        }
        assertThat(done).as("the failure is thrown once").containsExactly("second");
    }

    @Test
    void theFailureOfTheLastSaveIsThrownByClose() {
        var writer = new CheckpointWriter();
        writer.begin(() -> {
            throw new AssertionError("broken");
        });
        assertThatThrownBy(writer::close).isInstanceOf(AssertionError.class).hasMessage("broken");
    }

    @Test
    void anInterruptDoesNotEndASaveAndIsNotLost() {
        List<String> done = new CopyOnWriteArrayList<>();
        try (var writer = new CheckpointWriter()) {
            writer.begin(() -> {
                pause(50);
                done.add("whole");
            });
            Thread.currentThread().interrupt();
        }
        assertThat(Thread.interrupted()).isTrue();
        assertThat(done).containsExactly("whole");
    }
}
