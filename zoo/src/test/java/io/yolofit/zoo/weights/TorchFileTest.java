package io.yolofit.zoo.weights;

import static io.yolofit.zoo.weights.TorchModels.dict;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.yolofit.zoo.weights.PickleWriter.Call;
import io.yolofit.zoo.weights.PickleWriter.Instance;
import io.yolofit.zoo.weights.PickleWriter.Tensor;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TorchFileTest {
    @TempDir
    Path folder;

    private TorchCheckpoint read(TorchZip zip) {
        return TorchFile.read(zip.write(folder));
    }

    @ParameterizedTest
    @ValueSource(strings = {"model", "ema"})
    void readsWeightsAndAttributesOfACheckpoint(String source) {
        TorchCheckpoint checkpoint = read(TorchModels.checkpoint(source));

        assertThat(checkpoint.source()).isEqualTo(source);
        assertThat(checkpoint.weights().names()).containsExactly("model.0.conv.weight", "model.0.bn.running_var",
                "model.0.bn.num_batches_tracked");
        assertThat(checkpoint.weights().get("model.0.conv.weight"))
                .isEqualTo(TensorData.of(new float[] {1, 2, 3, 4}, 2, 1, 1, 2));
        assertThat(checkpoint.weights().get("model.0.bn.running_var"))
                .isEqualTo(TensorData.of(new float[] {.5f, .25f}, 2));
        assertThat(checkpoint.weights().get("model.0.bn.num_batches_tracked"))
                .isEqualTo(TensorData.of(new long[] {41}));
        assertThat(checkpoint.weights().metadata())
                .containsExactly(entry("version", "8.4"), entry("date", "2026-11-21"));
        assertThat(checkpoint.names()).containsExactly(entry(0, "cat"), entry(1, "dog"));
        assertThat(checkpoint.epoch()).hasValue(12);
        assertThat(checkpoint.classCount()).hasValue(2);
        assertThat(checkpoint.strides()).containsExactly(8.0, 16.0);
        assertThat(checkpoint.yaml()).isEqualTo(dict("nc", 2L, "ch", null, "head", List.of(List.of(-1L, "Conv"))));
        assertThat(checkpoint.trainArgs()).isEqualTo(dict("epochs", 100L, "lr0", 0.01, "time", null, "amp", true,
                "project", "/runs/detect", "sizes", List.of(1L, "x"), "namespace", Map.of()));
    }

    @Test
    void readsTheClassOfEveryModule() {
        TorchCheckpoint checkpoint = read(TorchModels.checkpoint("model"));

        assertThat(checkpoint.moduleClass()).containsExactly(entry("", "models.yolo.DetectionModel"),
                entry("model", "torch.nn.modules.container.Sequential"), entry("model.0", "models.common.Conv"),
                entry("model.0.conv", "torch.nn.modules.conv.Conv2d"),
                entry("model.0.bn", "torch.nn.modules.batchnorm.BatchNorm2d"),
                entry("model.0.act", "torch.nn.modules.linear.Identity"));
        assertThat(checkpoint.activation("model.0")).hasValue("Identity");
        assertThat(checkpoint.activation("model.1")).isEmpty();
    }

    @Test
    void prefersTheAverageOverTheModel() {
        TorchCheckpoint checkpoint = read(TorchZip.of(dict(
                "model", dict("w", Tensor.contiguous("FloatStorage", "0", 1)),
                "ema", dict("w", Tensor.contiguous("FloatStorage", "1", 1)))).floats("0", 1).floats("1", 2));

        assertThat(checkpoint.source()).isEqualTo("ema");
        assertThat(checkpoint.weights().get("w").toFloats()).containsExactly(2);
    }

    @Test
    void readsABareModule() {
        TorchCheckpoint checkpoint = read(TorchModels.detectorStorages(TorchZip.of(TorchModels.detector())));

        assertThat(checkpoint.weights().names()).hasSize(3);
        assertThat(checkpoint.epoch()).isEmpty();
        assertThat(checkpoint.trainArgs()).isEmpty();
    }

    @Test
    void readsStateDicts() {
        Map<String, Object> tensors = dict("b.weight", Tensor.contiguous("FloatStorage", "0", 2), "a",
                TorchModels.parameter(Tensor.contiguous("FloatStorage", "0", 2)));

        TorchCheckpoint plain = read(TorchZip.of(tensors).floats("0", 3, 4));
        TorchCheckpoint wrapped = read(TorchZip.of(dict("state_dict", tensors, "epoch", 3)).floats("0", 3, 4));

        assertThat(plain.source()).isEqualTo("tensors");
        assertThat(plain.weights().names()).containsExactly("b.weight", "a");
        assertThat(plain.names()).isEmpty();
        assertThat(plain.moduleClass()).isEmpty();
        assertThat(wrapped.source()).isEqualTo("state_dict");
        assertThat(wrapped.weights()).isEqualTo(plain.weights());
        assertThat(wrapped.epoch()).hasValue(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"state_dict", "model", "ema", "model_state_dict", "ema_state_dict", "weights",
        "model,state_dict", "ema,module", "checkpoint_is_plain"})
    void readsWrappedStateDicts(String wrappers) {
        Map<String, TensorData> tensors = Map.of("model.0.conv.weight", TensorData.of(new float[] {5}, 1));
        String[] path = wrappers.equals("checkpoint_is_plain") ? new String[0] : wrappers.split(",");

        TorchCheckpoint read = TorchFile.read(CraftedCheckpoint.tensorsOnly(tensors, "", path).write(folder));

        assertThat(read.weights().tensors()).isEqualTo(tensors);
        assertThat(read.yaml()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "module.", "_orig_mod.", "module._orig_mod.", "model.", "module.model."})
    void removesPrefixesOfWrappedModules(String prefix) {
        Map<String, TensorData> tensors = Map.of("model.0.conv.weight", TensorData.of(new float[] {5}, 1));

        TorchCheckpoint read = TorchFile.read(CraftedCheckpoint.tensorsOnly(tensors, prefix).write(folder));

        assertThat(read.weights().names()).containsExactly("model.0.conv.weight");
    }

    @Test
    void readsAWrappedModule() {
        TorchZip zip = TorchZip.of(dict("model", TorchModels.module("torch.nn.parallel.DataParallel", dict(), dict(),
                dict("module", TorchModels.detector()))));

        TorchCheckpoint checkpoint = read(TorchModels.detectorStorages(zip));

        assertThat(checkpoint.weights().names()).contains("model.0.conv.weight");
        assertThat(checkpoint.names()).containsExactly(entry(0, "cat"), entry(1, "dog"));
        assertThat(checkpoint.activation("model.0")).hasValue("Identity");
    }

    @Test
    void readsAnOrderedDictWithItsMetadata() {
        byte[] pickle = new PickleWriter().value(new Call("collections", "OrderedDict")).op('(').text("w")
                .value(Tensor.contiguous("FloatStorage", "0", 1)).op('u')
                .value(dict("_metadata", dict("", dict("version", 1)))).op('b').stop();

        assertThat(read(TorchZip.of(pickle).floats("0", 5)).weights().get("w").toFloats()).containsExactly(5);
    }

    @ParameterizedTest
    @CsvSource({"FloatStorage, F32, 4", "HalfStorage, F16, 2", "BFloat16Storage, BF16, 2", "DoubleStorage, F64, 8",
        "LongStorage, I64, 8", "IntStorage, I32, 4", "ShortStorage, I16, 2", "CharStorage, I8, 1", "ByteStorage, U8, 1",
        "BoolStorage, BOOL, 1"})
    void readsEveryStorageTypeInBothByteOrders(String storage, ElementType type, int bytes) {
        byte[] little = new byte[2 * bytes];
        byte[] big = new byte[2 * bytes];
        for (int i = 0; i < little.length; i++) {
            little[i] = (byte) (i + 1);
            big[i / bytes * bytes + bytes - 1 - i % bytes] = (byte) (i + 1);
        }
        Map<String, Object> tensors = dict("w", Tensor.contiguous(storage, "0", 2));

        TensorData fromLittle = read(TorchZip.of(tensors).storage("0", little).byteOrder("little")).weights().get("w");
        TensorData fromBig = read(TorchZip.of(tensors).storage("0", big).byteOrder("big")).weights().get("w");

        assertThat(fromLittle.type()).isEqualTo(type);
        assertThat(fromLittle.data().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(little);
        assertThat(fromBig).isEqualTo(fromLittle);
    }

    @Test
    void makesStridedTensorsContiguous() {
        float[] storage = new float[24];
        for (int i = 0; i < storage.length; i++) {
            storage[i] = i;
        }
        TorchCheckpoint checkpoint = read(TorchZip.of(dict(
                "transposed", new Tensor("FloatStorage", "0", 24, 0, new long[] {3, 2}, new long[] {1, 3}),
                "channelsLast",
                new Tensor("FloatStorage", "0", 24, 0, new long[] {2, 3, 2, 2}, new long[] {12, 1, 6, 3}),
                "everyThird", new Tensor("FloatStorage", "0", 24, 2, new long[] {4}, new long[] {3}),
                "repeated", new Tensor("FloatStorage", "0", 24, 7, new long[] {2, 2}, new long[] {0, 1}),
                "slice", new Tensor("FloatStorage", "0", 24, 20, new long[] {1, 4}, new long[] {99, 1}),
                "scalar", new Tensor("FloatStorage", "0", 24, 23, new long[0], new long[0]),
                "empty", new Tensor("FloatStorage", "0", 24, 0, new long[] {0, 5}, new long[] {5, 1})))
                .floats("0", storage));
        Weights weights = checkpoint.weights();

        assertThat(weights.get("transposed").toFloats()).containsExactly(0, 3, 1, 4, 2, 5);
        assertThat(weights.get("channelsLast").toFloats()).containsExactly(0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11,
                12, 15, 18, 21, 13, 16, 19, 22, 14, 17, 20, 23);
        assertThat(weights.get("everyThird").toFloats()).containsExactly(2, 5, 8, 11);
        assertThat(weights.get("repeated").toFloats()).containsExactly(7, 8, 7, 8);
        assertThat(weights.get("slice").toFloats()).containsExactly(20, 21, 22, 23);
        assertThat(weights.get("scalar").toFloats()).containsExactly(23);
        assertThat(weights.get("empty").shape()).containsExactly(0, 5);
    }

    @Test
    void readsClassNamesGivenAsAListAndCountsThem() {
        Instance model = TorchModels.detector();
        model.state().put("names", Arrays.asList("a", "b", "c"));
        model.state().put("yaml", dict());

        TorchCheckpoint checkpoint = read(TorchModels.detectorStorages(TorchZip.of(dict("model", model))));

        assertThat(checkpoint.names()).containsExactly(entry(0, "a"), entry(1, "b"), entry(2, "c"));
        assertThat(checkpoint.classCount()).hasValue(3);
    }

    @Test
    void readsTheOpcodesOfLaterProtocols() {
        byte[] pickle = new PickleWriter(4).op(0x95).int64(1000).op('}').op(0x94).op('(')
                .bytes(0x8c, 4).raw("text").op(0x94).bytes(0x8d).int64(2).raw("é").op(0x94)
                .bytes(0x8c, 2).raw("it").bytes('h', 2)
                .bytes(0x8c, 4).raw("date").bytes('U', 1, 0xe9)
                .bytes(0x8c, 5).raw("model").op('}').op('(').bytes(0x8c, 1).raw("w")
                .value(Tensor.contiguous("FloatStorage", "0", 1)).op('u')
                .bytes(0x8c, 5).raw("epoch").bytes(0x8a, 1, 0xff)
                .bytes(0x8c, 3).raw("set").op(0x8f).op('(').bytes('K', 1, 'M', 1, 1).op(0x90)
                .bytes(0x8c, 2).raw("ba").bytes(0x96).int64(1).bytes(7)
                .bytes(0x8c, 2).raw("by").bytes('C', 1, 7)
                .bytes(0x8c, 2).raw("fs").op('(').bytes('K', 1).op(0x91)
                .bytes(0x8c, 2).raw("od").bytes(0x8c, 11).raw("collections").bytes(0x8c, 11).raw("OrderedDict")
                .op(0x93).op(')').op('R')
                .bytes(0x8c, 2).raw("t3").bytes('K', 1, 'K', 2, 'K', 3, 0x87)
                .op('u').stop();

        TorchCheckpoint checkpoint = read(TorchZip.of(pickle).floats("0", 6));

        assertThat(checkpoint.weights().get("w").toFloats()).containsExactly(6);
        assertThat(checkpoint.epoch()).hasValue(-1);
        assertThat(checkpoint.weights().metadata()).containsExactly(entry("text", "é"), entry("it", "é"),
                entry("date", "é"));
    }

    @Test
    void describesOtherValuesInTheOptions() {
        Tensor tensor = Tensor.contiguous("FloatStorage", "0", 1);
        TorchCheckpoint checkpoint = read(TorchZip.of(dict("state_dict", dict("w", tensor), "opt",
                dict("device", new Call("torch", "device", "cuda", 0), "t", tensor,
                        "big", new Call("_codecs", "encode", "abc", "latin1")))).floats("0", 6));

        assertThat(checkpoint.trainArgs()).isEqualTo(dict("device", "<torch.device>",
                "t", "<tensor F32 [1] with strides [1] and offset 0>", "big", "<3 bytes>"));
    }

    @Test
    void loadsOnlyStoragesOfTheWeights() {
        ByteBuffer damaged = ByteBuffer.allocate(3).order(ByteOrder.LITTLE_ENDIAN);
        TorchZip zip = TorchModels.checkpoint("model").storage("absent", damaged.array());

        assertThat(read(zip).weights().names()).hasSize(3);
    }

    @Test
    void rejectsAMissingFile() {
        assertThatThrownBy(() -> TorchFile.read(folder.resolve("absent.pt"))).isInstanceOf(WeightsException.class)
                .hasMessageContaining("absent.pt").hasMessageContaining("there is no such file");
    }
}
