package io.yolofit.engine.cpu.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class ImageWorkersTest {
    @Test
    void everyImageRunsOnceAndNoWorkerRunsTwoTasksAtATime() {
        try (ForkJoinPool pool = new ForkJoinPool(4)) {
            AtomicIntegerArray runs = new AtomicIntegerArray(200);
            AtomicIntegerArray busy = new AtomicIntegerArray(4);
            AtomicInteger clashes = new AtomicInteger();
            new ImageWorkers(pool, 4).run(200, (image, worker) -> {
                clashes.addAndGet(busy.incrementAndGet(worker) - 1);
                runs.incrementAndGet(image);
                Thread.yield();
                busy.decrementAndGet(worker);
            });
            assertThat(clashes.get()).isZero();
            for (int image = 0; image < 200; image++) {
                assertThat(runs.get(image)).isEqualTo(1);
            }
        }
    }

    @Test
    void theCallerDoesAllWorkIfTheExecutorNeverRunsATask() {
        AtomicInteger runs = new AtomicInteger();
        new ImageWorkers(task -> { }, 3).run(7, (image, worker) -> runs.incrementAndGet());
        assertThat(runs.get()).isEqualTo(7);
    }

    @Test
    void theFirstFailureReachesTheCaller() {
        try (ForkJoinPool pool = new ForkJoinPool(3)) {
            assertThatThrownBy(() -> new ImageWorkers(pool, 3).run(20, (image, worker) -> {
                if (image == 5) {
                    throw new IllegalStateException("image 5");
                }
            })).isInstanceOf(IllegalStateException.class).hasMessage("image 5");
        }
    }

    @Test
    void aRejectionByTheExecutorReachesTheCallerAfterTheWorkIsDone() {
        ForkJoinPool pool = new ForkJoinPool(2);
        pool.shutdown();
        AtomicInteger runs = new AtomicInteger();
        assertThatThrownBy(() -> new ImageWorkers(pool, 2).run(4, (image, worker) -> runs.incrementAndGet()))
                .isInstanceOf(RejectedExecutionException.class);
        assertThat(runs.get()).isEqualTo(4);
    }

    @Test
    void refusesLessThanOneThread() {
        assertThatThrownBy(() -> new ImageWorkers(Runnable::run, 0)).hasMessageContaining("is 0");
    }
}
