import io.yolofit.api.Recipe;
import io.yolofit.api.Training;
import io.yolofit.api.TrainingResult;
import io.yolofit.train.event.TrainingEvent;
import java.nio.file.Path;

/// Trains a small model. Arguments: dataset file (`.yaml`), number of epochs, device (`cpu`, `0`, `auto`).
void main(String[] arguments) {
    Recipe recipe = Recipe.of("yolov8n", Path.of(arguments[0])).epochs(Integer.parseInt(arguments[1])).imageSize(160);
    TrainingResult result = Training.of(recipe).device(arguments[2]).listen(event -> {
        if (event instanceof TrainingEvent.EpochEnded epoch) {
            IO.println("epoch " + epoch.epoch() + " " + epoch.mean().named());
        }
    }).run();
    IO.println("mAP50 " + result.metrics().orElseThrow().map50() + ", weights " + result.weights());
}
