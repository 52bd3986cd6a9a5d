package io.yolofit.app.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.yolofit.train.event.TrainingEvent.EpochEnded;
import io.yolofit.train.event.TrainingEvent.Measured;
import io.yolofit.train.event.TrainingEvent.Rates;
import io.yolofit.train.event.TrainingEvent.Reason;
import io.yolofit.train.event.TrainingEvent.Validated;
import io.yolofit.train.program.LossItems;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Reads event files back with a reader of its own: a checksum bit by bit, and a parser of protobuf's wire format.
class TensorBoardRecorderTest {
    @TempDir
    Path folder;

    /// @param value a long, a byte array, or a number of 4 or 8 bytes as its bits
    private record Field(int number, int type, long value, byte[] bytes) {
    }

    /// CRC-32C by polynomial division: reflected polynomial 0x82f63b78.
    private static int crc(byte[] data) {
        int crc = -1;
        for (byte one : data) {
            crc ^= one & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ 0x82f63b78;
            }
        }
        return ~crc;
    }

    private static int masked(byte[] data) {
        int crc = crc(data);
        return (crc >>> 15 | crc << 17) + 0xa282ead8;
    }

    private static List<byte[]> records(Path file) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<byte[]> records = new ArrayList<>();
        while (in.hasRemaining()) {
            byte[] length = new byte[8];
            in.get(length);
            assertThat(in.getInt()).isEqualTo(masked(length));
            byte[] data = new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
            in.get(data);
            assertThat(in.getInt()).isEqualTo(masked(data));
            records.add(data);
        }
        return records;
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = in.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    private static List<Field> fields(byte[] message) {
        ByteBuffer in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        List<Field> fields = new ArrayList<>();
        while (in.hasRemaining()) {
            long key = varint(in);
            int type = (int) (key & 7);
            byte[] bytes = {};
            long value = 0;
            switch (type) {
                case 0 -> value = varint(in);
                case 1 -> value = in.getLong();
                case 2 -> {
                    bytes = new byte[(int) varint(in)];
                    in.get(bytes);
                }
                case 5 -> value = in.getInt();
                default -> throw new AssertionError("wire type " + type);
            }
            fields.add(new Field((int) (key >>> 3), type, value, bytes));
        }
        return fields;
    }

    private static Field one(List<Field> fields, int number) {
        return fields.stream().filter(field -> field.number == number).findFirst().orElseThrow();
    }

    private static String text(Field field) {
        return new String(field.bytes, StandardCharsets.UTF_8);
    }

    @Test
    void theChecksumOfTheReaderIsThatOfTheStandard() {
        assertThat(crc("123456789".getBytes(StandardCharsets.US_ASCII))).isEqualTo(0xe3069283);
    }

    @Test
    void scalarsOfEpochsAreReadBack() throws IOException {
        TensorBoardRecorder recorder = TensorBoardRecorder.create(folder);
        recorder.on(new EpochEnded(300, LossItems.of(1.5, 2.5, Double.NaN), Optional.empty(),
                new Rates(0.01, 0.02, 0.1), 12, true));

        assertThat(recorder.path().getFileName().toString()).startsWith("events.out.tfevents.");
        List<byte[]> records = records(recorder.path());
        assertThat(records).hasSize(2);
        List<Field> version = fields(records.getFirst());
        assertThat(text(one(version, 3))).isEqualTo("brain.Event:2");
        assertThat(Double.longBitsToDouble(one(version, 1).value)).isCloseTo(Instant.now().getEpochSecond(),
                within(60.0));
        List<Field> event = fields(records.getLast());
        assertThat(one(event, 2).value).isEqualTo(300);
        List<List<Field>> values = fields(one(event, 5).bytes).stream().map(value -> fields(value.bytes)).toList();
        assertThat(values).extracting(value -> text(one(value, 1))).containsExactly("train/box_loss",
                "train/cls_loss", "train/dfl_loss", "lr/pg0", "lr/pg1", "lr/pg2");
        assertThat(values).extracting(value -> Float.intBitsToFloat((int) one(value, 2).value))
                .containsExactly(1.5f, 2.5f, Float.NaN, 0.01f, 0.02f, 0.1f);
    }

    @Test
    void aTextIsAStringTensorOfTheTextPlugin() throws IOException {
        EventFile file = EventFile.create(folder);
        String long1 = "lr0: 0.01, größer\n".repeat(50);
        file.text(3, "options", long1);
        file.scalars(1L << 40, Map.of("a", -1.0));

        List<byte[]> records = records(file.path());
        List<Field> value = fields(fields(one(fields(records.get(1)), 5).bytes).getFirst().bytes);
        assertThat(text(one(value, 1))).isEqualTo("options");
        List<Field> tensor = fields(one(value, 8).bytes);
        assertThat(one(tensor, 1).value).isEqualTo(7);
        assertThat(text(one(tensor, 8))).isEqualTo(long1);
        assertThat(text(one(fields(one(fields(one(value, 9).bytes), 1).bytes), 1))).isEqualTo("text");
        assertThat(one(fields(records.get(2)), 2).value).isEqualTo(1L << 40);
    }

    private static List<Field> summary(byte[] record) {
        return fields(fields(one(fields(record), 5).bytes).getFirst().bytes);
    }

    private void picture(String name, int width, int height) throws IOException {
        ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), "jpg", folder.resolve(name)
                .toFile());
    }

    @Test
    void aPictureOfValidationIsWrittenWheneverItWasDrawn() throws IOException {
        picture("val_batch0_pred.jpg", 9, 9); // of the run before a resume
        TensorBoardRecorder recorder = TensorBoardRecorder.create(folder);
        recorder.on(new Validated(1, null));
        picture("val_batch0_pred.jpg", 300, 20);
        Files.setLastModifiedTime(folder.resolve("val_batch0_pred.jpg"), FileTime.fromMillis(1000));
        recorder.on(new Validated(2, null));
        recorder.on(new Validated(3, null));
        picture("val_batch0_labels.jpg", 40, 30);
        recorder.on(new Measured(Optional.empty(), Optional.empty(), OptionalLong.empty()));

        List<byte[]> records = records(recorder.path());
        assertThat(records).hasSize(3);
        assertThat(one(fields(records.get(1)), 2).value).isEqualTo(2);
        List<Field> value = summary(records.get(1));
        assertThat(text(one(value, 1))).isEqualTo("val/predictions");
        List<Field> image = fields(one(value, 4).bytes);
        assertThat(one(image, 1).value).isEqualTo(20);
        assertThat(one(image, 2).value).isEqualTo(300);
        assertThat(one(image, 3).value).isEqualTo(3);
        assertThat(one(image, 4).bytes).isEqualTo(Files.readAllBytes(folder.resolve("val_batch0_pred.jpg")));
        assertThat(one(fields(records.get(2)), 2).value).isEqualTo(3);
        assertThat(text(one(summary(records.get(2)), 1))).isEqualTo("val/labels");
    }

    @Test
    void optionsAndTheEndAreDataOfTheTableOfHyperParameters() throws IOException {
        EventFile file = EventFile.create(folder);
        Map<String, Object> options = new LinkedHashMap<>(Map.of("lr0", 0.25));
        options.put("cos_lr", false);
        options.put("model", "yolov8n");
        options.put("classes", List.of(1, 2));
        options.put("time", null);
        file.plugin(HyperParameters.PLUGIN, HyperParameters.START_TAG, HyperParameters.start(options));
        file.plugin(HyperParameters.PLUGIN, HyperParameters.END_TAG, HyperParameters.end(Reason.FAILED));

        List<byte[]> records = records(file.path());
        List<Field> plugin = fields(one(fields(one(summary(records.get(1)), 9).bytes), 1).bytes);
        assertThat(text(one(plugin, 1))).isEqualTo("hparams");
        List<Field> start = fields(one(fields(one(plugin, 2).bytes), 3).bytes);
        Map<String, Field> values = new LinkedHashMap<>();
        for (Field field : start) {
            if (field.number == 1) {
                List<Field> entry = fields(field.bytes);
                values.put(text(one(entry, 1)), fields(one(entry, 2).bytes).getFirst());
            }
        }
        assertThat(values.keySet()).containsExactly("lr0", "cos_lr", "model", "classes");
        assertThat(values.get("lr0").number).isEqualTo(2);
        assertThat(Double.longBitsToDouble(values.get("lr0").value)).isEqualTo(0.25);
        assertThat(values.get("cos_lr")).extracting(Field::number, Field::value).containsExactly(4, 0L);
        assertThat(text(values.get("model"))).isEqualTo("yolov8n");
        assertThat(text(values.get("classes"))).isEqualTo("[1, 2]");
        List<Field> end = fields(one(fields(one(summary(records.get(2)), 9).bytes), 1).bytes);
        assertThat(one(fields(one(fields(one(end, 2).bytes), 4).bytes), 1).value).isEqualTo(2);
    }
}
