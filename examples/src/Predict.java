import io.yolofit.api.Yolo;
import java.nio.file.Path;

/// Detects objects. Arguments: weights, image.
void main(String[] arguments) {
    try (Yolo model = Yolo.load(Path.of(arguments[0]), "conf=0.25")) {
        model.predict(Path.of(arguments[1])).objects().forEach(IO::println);
    }
}
