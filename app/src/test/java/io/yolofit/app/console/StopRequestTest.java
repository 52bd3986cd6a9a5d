package io.yolofit.app.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StopRequestTest {
    private final StopRequest stop = new StopRequest();

    @Test
    void resultAndFailureOfTheWorkReachTheCaller() throws Exception {
        assertThat(stop.during(() -> 7, () -> { }).intValue()).isEqualTo(7);
        assertThatThrownBy(() -> stop.during(() -> {
            throw new IOException("disk");
        }, () -> { })).isInstanceOf(IOException.class).hasMessage("disk");
        assertThatThrownBy(() -> stop.during(() -> {
            throw new OutOfMemoryError("heap");
        }, () -> { })).isInstanceOf(OutOfMemoryError.class);
        stop.stopIfRequested("never");
    }

    @Test
    void anInterruptReachesTheWorkOnlyAsARequest() throws Exception {
        var requests = new AtomicInteger();
        var interrupted = new AtomicBoolean();
        var running = new CountDownLatch(1);
        Thread caller = Thread.currentThread();
        Thread user = Thread.ofPlatform().start(() -> {
            try {
                running.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            caller.interrupt();
        });
        assertThatThrownBy(() -> stop.during(() -> {
            running.countDown();
            while (!stop.isRequested()) {
                Thread.onSpinWait();
            }
            interrupted.set(Thread.currentThread().isInterrupted());
            stop.stopIfRequested("continue with resume");
            return 0;
        }, requests::incrementAndGet)).isInstanceOf(StoppedException.class).hasMessage("continue with resume");
        user.join();
        assertThat(requests.get()).isEqualTo(1);
        assertThat(interrupted).isFalse();
    }

    @Test
    void workThatHasNotBegunIsLeftAfterARequest() {
        var left = new CountDownLatch(1);
        Thread caller = Thread.currentThread();
        assertThatThrownBy(() -> stop.during(() -> {
            caller.interrupt();
            left.await(); // as a native call that knows of no request
            return 0;
        }, () -> { }, "nothing was saved")).isInstanceOf(StoppedException.class).hasMessage("nothing was saved");
        assertThatThrownBy(() -> stop.begin("too late")).isInstanceOf(StoppedException.class).hasMessage("too late");
        left.countDown();
    }

    @Test
    void workThatHasBegunIsWaitedFor() throws Exception {
        Thread caller = Thread.currentThread();
        assertThat(stop.during(() -> {
            stop.begin("never");
            caller.interrupt();
            Thread.sleep(4000); // longer than the patience with work that has not begun
            return 7;
        }, () -> { }, "nothing was saved").intValue()).isEqualTo(7);
        assertThat(stop.isRequested()).isTrue();
        assertThat(stop.hasBegun()).isTrue();
    }
}
