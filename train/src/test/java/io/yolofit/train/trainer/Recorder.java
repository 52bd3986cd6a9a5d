package io.yolofit.train.trainer;

import io.yolofit.data.batch.Batch;
import io.yolofit.train.inference.Validator;
import io.yolofit.train.program.LossItems;
import java.awt.Dimension;
import java.util.ArrayList;
import java.util.List;

/// Records the events of a run.
public class Recorder implements TrainingListener {
    private final List<StepReport> steps = new ArrayList<>();
    private final List<EpochReport> epochs = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<Dimension> shapes = new ArrayList<>();

    @Override
    public void step(StepReport report, Batch batch) {
        steps.add(report);
        shapes.add(new Dimension(batch.width(), batch.height()));
    }

    @Override
    public void epoch(EpochReport report) {
        epochs.add(report);
    }

    @Override
    public Validator.Observer validationObserver(int epoch) {
        return Validator.Observer.none();
    }

    @Override
    public void note(String line) {
        notes.add(line);
    }

    /// The losses of all reported batches.
    public List<LossItems> losses() {
        return steps.stream().map(StepReport::items).toList();
    }

    public List<StepReport> steps() {
        return steps;
    }

    public List<EpochReport> epochs() {
        return epochs;
    }

    public List<String> notes() {
        return notes;
    }

    /// Width and height of all reported batches.
    public List<Dimension> shapes() {
        return shapes;
    }
}
