package io.yolofit.api;

import static io.yolofit.train.options.OptionTable.BATCH;

import io.yolofit.api.model.ImagePrediction;
import io.yolofit.api.model.OpenModel;
import io.yolofit.train.inference.ImageDetections;
import io.yolofit.train.inference.Predictor;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;

/// The thread that an open model belongs to: engines are confined to one. Callers of any thread wait for their results;
/// a batch uses all cores or the whole GPU, so batches run one after the other.
///
/// The model is opened with the first images. Its device memory is freed by [#close()].
final class InferenceThread implements AutoCloseable {
    private final ImagePrediction prediction;
    private final ExecutorService executor;
    /// Of the thread only.
    private OpenModel model;
    private Predictor predictor;

    InferenceThread(ImagePrediction prediction) {
        this.prediction = prediction;
        executor = Executors.newSingleThreadExecutor(work -> Thread.ofPlatform().name("yolofit-inference").daemon(true)
                .unstarted(work));
    }

    /// Detects objects, and closes the images.
    ///
    /// @param inputs as many as `batch` at most
    /// @throws IllegalStateException if this is closed
    List<ImageDetections> predict(List<Predictor.Input> inputs) {
        Future<List<ImageDetections>> result;
        try {
            result = executor.submit(() -> {
                try {
                    return predictor().predict(inputs);
                } finally {
                    close(inputs);
                }
            });
        } catch (RejectedExecutionException closed) {
            close(inputs);
            throw new IllegalStateException("the model is closed", closed);
        }
        return await(result);
    }

    private static void close(List<Predictor.Input> inputs) {
        inputs.forEach(input -> input.image().close());
    }

    private Predictor predictor() {
        if (predictor == null) {
            OpenModel open = prediction.model().open(prediction.options(), prediction.log());
            try {
                predictor = prediction.predictor(open, prediction.options().get(BATCH));
                model = open;
            } finally {
                if (predictor == null) {
                    open.close();
                }
            }
        }
        return predictor;
    }

    /// Not interruptible: the images belong to the thread. The interrupt status is restored afterwards.
    private static <T> T await(Future<T> result) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return result.get();
                } catch (InterruptedException _) {
                    interrupted = true;
                } catch (ExecutionException failed) {
                    switch (failed.getCause()) {
                        case RuntimeException exception -> throw exception;
                        case Error error -> throw error;
                        default -> throw new IllegalStateException(failed.getCause());
                    }
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// Waits for running predictions and frees the memory of the model.
    @Override
    public void close() {
        Callable<Void> release = () -> {
            if (model != null) {
                model.close();
                model = null;
                predictor = null;
            }
            return null;
        };
        Future<Void> released;
        synchronized (executor) {
            if (executor.isShutdown()) {
                return;
            }
            released = executor.submit(release);
            executor.shutdown();
        }
        await(released);
    }
}
