package io.yolofit.app.tensorboard;

import io.yolofit.app.console.Console;
import io.yolofit.train.event.TrainingEvents;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// The event file of a run, if one is requested. It is a queued listener of the run.
///
/// @param recorder empty if none is requested
public record TensorBoard(Optional<TensorBoardRecorder> recorder) {
    /// Creates the file and prints its path.
    ///
    /// @param folder of the run
    public static TensorBoard of(boolean on, Path folder, Console console) throws IOException {
        if (!on) {
            return new TensorBoard(Optional.empty());
        }
        TensorBoardRecorder recorder = TensorBoardRecorder.create(folder);
        console.line("event file for TensorBoard: " + recorder.path());
        return new TensorBoard(Optional.of(recorder));
    }

    /// Adds the event file to the listeners of the run.
    public TrainingEvents listen(TrainingEvents events) {
        recorder.ifPresent(one -> events.listen("the event file of TensorBoard", one));
        return events;
    }
}
