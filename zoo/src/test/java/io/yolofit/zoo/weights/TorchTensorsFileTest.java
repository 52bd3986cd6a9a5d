package io.yolofit.zoo.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TorchTensorsFileTest {
    @TempDir
    private Path folder;

    @Test
    void tensorsReadBackAsTheyWere() {
        var tensors = new LinkedHashMap<String, TensorData>();
        tensors.put("model.0.conv.weight", TensorData.of(new float[] {1, -2, 3.5f, 0, 7, 1e-30f}, 1, 2, 3, 1));
        tensors.put("model.0.bn.num_batches_tracked", TensorData.of(new long[] {1L << 40}));
        tensors.put("model.1.empty", TensorData.of(new float[0], 0, 4));
        Path file = folder.resolve("weights.pt");

        TorchTensorsFile.write(file, new Weights(tensors));

        assertThat(TorchFile.read(file).weights().tensors()).isEqualTo(tensors);
        TorchTensorsFile.write(file, new Weights(tensors).half());
        TensorData half = TorchFile.read(file).weights().get("model.0.conv.weight");
        assertThat(half.type()).isEqualTo(ElementType.F16);
        assertThat(half.toFloats()).containsExactly(1, -2, 3.5f, 0, 7, 0);
    }

    @Test
    void storagesAreStoredAtMultiplesOf64Bytes() throws IOException {
        var tensors = new LinkedHashMap<String, TensorData>();
        for (int i = 0; i < 12; i++) {
            tensors.put("tensor" + i, TensorData.of(new float[i + 1], i + 1));
        }
        Path file = folder.resolve("weights.pt");
        TorchTensorsFile.write(file, new Weights(tensors));
        byte[] bytes = Files.readAllBytes(file);
        int found = 0;
        for (int at = 0; at < bytes.length - 30; at++) {
            ByteBuffer header = ByteBuffer.wrap(bytes, at, 30).slice().order(ByteOrder.LITTLE_ENDIAN);
            if (header.getInt(0) == 0x04034b50) {
                assertThat((at + 30 + header.getShort(26) + header.getShort(28)) % 64).isZero();
                found++;
            }
        }
        assertThat(found).isEqualTo(12 + 3);
        try (var zip = new ZipFile(file.toFile())) {
            assertThat(new String(zip.getInputStream(zip.getEntry("archive/byteorder")).readAllBytes(),
                    StandardCharsets.US_ASCII)).isEqualTo("little");
        }
    }

    @Test
    void thePickleIsThatOfAStateDict() {
        Path file = folder.resolve("weights.pt");
        var tensors = new LinkedHashMap<String, TensorData>();
        tensors.put("b", TensorData.of(new float[] {1}, 1));
        TorchTensorsFile.write(file, new Weights(tensors));
        byte[] expected = TorchZip.of(new PickleWriter().global("collections", "OrderedDict").op(')').op('R').op('(')
                .text("b").value(PickleWriter.Tensor.contiguous("FloatStorage", "0", 1)).op('u').stop()).pickle();
        try (TorchArchive archive = TorchArchive.open(file)) {
            // numbers and the empty tuple may be written in several ways; PyTorch reads all of them
            assertThat(text(archive.read(archive.pickleName(), 1000))).isEqualTo(text(expected));
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    private static String text(byte[] pickle) {
        return new String(pickle, StandardCharsets.ISO_8859_1).replaceAll("[^\\x20-\\x7e]+", " ")
                .replaceAll("[J ]+", "").replace("OrderedDict(t", "OrderedDict)");
    }

    @Test
    void typesThatPyTorchDoesNotHaveAreRefused() {
        var tensors = new LinkedHashMap<String, TensorData>();
        tensors.put("a", new TensorData(ElementType.U16, new long[] {1}, MemorySegment.ofArray(new byte[2])));
        assertThatThrownBy(() -> TorchTensorsFile.write(folder.resolve("x.pt"), new Weights(tensors)))
                .isInstanceOf(WeightsException.class).hasMessageContaining("U16");
        assertThat(folder).isEmptyDirectory();
    }
}
