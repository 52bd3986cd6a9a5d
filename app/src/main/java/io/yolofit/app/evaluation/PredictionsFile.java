package io.yolofit.app.evaluation;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.yolofit.train.eval.Detection;
import io.yolofit.train.inference.ImageDetections;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.util.function.Consumer;

/// `predictions.json`: every detection of a validation in the COCO results format. Boxes are x, y, width, height in
/// pixels of the original image; category ids start at 1; an image id is the file name without extension, as a number
/// if it is one, or a path if several images have that name.
public final class PredictionsFile implements Consumer<ImageDetections>, AutoCloseable {
    private static final int BOX_DECIMALS = 3;
    private static final int SCORE_DECIMALS = 5;

    private final JsonGenerator json;
    private final OutputNames outputs;

    /// @param outputs names of all images
    public PredictionsFile(Path file, OutputNames outputs) throws IOException {
        this.outputs = outputs;
        json = new ObjectMapper().createGenerator(file.toFile(), JsonEncoding.UTF8);
        json.writeStartArray();
    }

    @Override
    public void accept(ImageDetections image) {
        try {
            for (Detection detection : image.detections()) {
                write(image, detection);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void write(ImageDetections image, Detection detection) throws IOException {
        json.writeStartObject();
        json.writePOJOField("image_id", outputs.id(image.path()));
        json.writeStringField("file_name", outputs.fileName(image.path()));
        json.writeNumberField("category_id", detection.classId() + 1);
        json.writeArrayFieldStart("bbox");
        json.writeNumber(rounded(detection.x1(), BOX_DECIMALS));
        json.writeNumber(rounded(detection.y1(), BOX_DECIMALS));
        json.writeNumber(rounded(detection.x2() - detection.x1(), BOX_DECIMALS));
        json.writeNumber(rounded(detection.y2() - detection.y1(), BOX_DECIMALS));
        json.writeEndArray();
        json.writeNumberField("score", rounded(detection.score(), SCORE_DECIMALS));
        json.writeEndObject();
    }

    private static BigDecimal rounded(float value, int decimals) {
        return new BigDecimal(value).setScale(decimals, RoundingMode.HALF_EVEN);
    }

    @Override
    public void close() throws IOException {
        json.writeEndArray();
        json.close();
    }
}
