package io.yolofit.engine.cpu.detect;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/// Runs a task once per image, on the caller's thread and on up to `threads - 1` threads of an executor.
///
/// The caller processes images too, so a busy executor costs time but never blocks. The assignment of images to workers
/// is not deterministic: if a task writes only state of its image or its worker, results do not depend on `threads`.
final class ImageWorkers {
    /// Work on one image; no two tasks with the same worker number (0 .. threads - 1) run at the same time.
    interface Task {
        void run(int image, int worker);
    }

    private final Executor executor;
    private final int threads;

    ImageWorkers(Executor executor, int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, but is " + threads);
        }
        this.executor = executor;
        this.threads = threads;
    }

    int threads() {
        return threads;
    }

    /// Returns when every image is done; the first failure is thrown, after the running tasks have ended.
    void run(int images, Task task) {
        Pass pass = new Pass(images, task);
        try {
            for (int helper = 1; helper < Math.min(threads, images); helper++) {
                executor.execute(pass);
            }
        } finally {
            // Also if the executor refuses a task: a task that has started must not outlive the memory that it uses.
            pass.run();
            pass.await();
        }
        pass.rethrow();
    }

    private static final class Pass implements Runnable {
        private final int images;
        private final Task task;
        private final AtomicInteger nextImage = new AtomicInteger();
        private final AtomicInteger nextWorker = new AtomicInteger();
        private final AtomicReference<Throwable> failure = new AtomicReference<>();
        private final CountDownLatch unfinished;

        Pass(int images, Task task) {
            this.images = images;
            this.task = task;
            this.unfinished = new CountDownLatch(images);
        }

        @Override
        public void run() {
            int worker = -1;
            for (int image = nextImage.getAndIncrement(); image < images; image = nextImage.getAndIncrement()) {
                try {
                    worker = worker < 0 ? nextWorker.getAndIncrement() : worker;
                    if (failure.get() == null) {
                        task.run(image, worker);
                    }
                } catch (RuntimeException | Error e) {
                    failure.compareAndSet(null, e);
                } finally {
                    unfinished.countDown();
                }
            }
        }

        void await() {
            boolean interrupted = false;
            while (true) {
                try {
                    unfinished.await();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true; // tasks still use the caller's memory: wait, then restore the interrupt
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        void rethrow() {
            switch (failure.get()) {
                case null -> { }
                case Error e -> throw e;
                case RuntimeException e -> throw e;
                case Throwable e -> throw new IllegalStateException(e);
            }
        }
    }
}
