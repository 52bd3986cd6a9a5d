package io.yolofit.zoo.weights;

import static io.yolofit.zoo.weights.TorchModels.dict;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.zoo.weights.PickleWriter.Call;
import io.yolofit.zoo.weights.PickleWriter.Instance;
import io.yolofit.zoo.weights.PickleWriter.Tensor;
import io.yolofit.zoo.weights.PickleWriter.Tuple;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Hostile files that try to run code, exhaust memory or lie about their contents: each gives one clear error.
class TorchHostileTest {
    @TempDir
    Path folder;

    private void refuses(TorchZip zip, String... messageParts) {
        Path file = zip.write(folder);
        assertThatThrownBy(() -> TorchFile.read(file)).isInstanceOf(WeightsException.class)
                .hasMessageContainingAll(messageParts)
                .hasMessageContaining(file.toString())
                .hasMessageMatching("(?s).*\\R {4}(if|check|copy|convert|give|load|save|wait|write) .*");
    }

    private static TorchZip tensor(Tensor tensor, int storageBytes) {
        return TorchZip.of(dict("w", tensor)).storage("0", new byte[storageBytes]);
    }

    @ParameterizedTest
    @CsvSource({"os, system", "posix, system", "builtins, eval", "builtins, exec", "__builtin__, getattr",
        "subprocess, Popen", "subprocess, check_output", "torch, load", "torch.storage, _load_from_bytes",
        "torch.hub, load", "runpy, run_path", "importlib, import_module", "functools, partial", "operator, attrgetter",
        "models.yolo, DetectionModel", "x, f", "copyreg, _reconstructor", "torch._utils, _rebuild_qtensor",
        "collections, OrderedDict.fromkeys"})
    void refusesToCallAnythingButConstructorsOfData(String module, String name) {
        refuses(TorchZip.of(dict("model", new Call(module, name, "echo owned"))),
                "calls " + module + "." + name, "nothing was run", "archive/data.pkl, byte ");
    }

    @Test
    void errorNamesTheByteOfTheCall() {
        byte[] pickle = new PickleWriter().global("os", "system").text("id").op(0x85).op('R').stop();

        refuses(TorchZip.of(pickle), "calls os.system", "archive/data.pkl, byte " + (pickle.length - 2));
    }

    @Test
    void refusesCallsThroughTheMemoAndStackGlobals() {
        refuses(TorchZip.of(new PickleWriter(4).text("os").text("system").op(0x93).op(0x94).op('0')
                .bytes('h', 0).text("id").op(0x85).op('R').stop()), "calls os.system");
    }

    @Test
    void refusesToCallResultsOfConstructors() {
        refuses(TorchZip.of(new PickleWriter().value(new Call("torch", "device", "cpu")).op(')').op('R').stop()),
                "calls something that is not a global");
    }

    @ParameterizedTest
    @CsvSource({"os, _Environ", "subprocess, Popen", "builtins, object", "posix, stat", "multiprocessing.pool, Pool"})
    void refusesInstancesOfTheSystemsClasses(String module, String name) {
        refuses(TorchZip.of(dict("model", new Instance(module, name, Map.of()))),
                "instance of " + module + "." + name, "belongs to the system");
    }

    @Test
    void instancesOfUnknownClassesAreInert() {
        TorchZip zip = TorchZip.of(dict("state_dict", dict("w", Tensor.contiguous("ByteStorage", "0", 1)), "opt",
                dict("evil", new Instance("evil", "Payload", dict("__reduce__", "x"))))).storage("0", new byte[1]);

        assertThat(TorchFile.read(zip.write(folder)).trainArgs()).isEqualTo(dict("evil", "<evil.Payload>"));
    }

    @Test
    void refusesEncodeWithAnotherCodec() {
        refuses(TorchZip.of(new Call("_codecs", "encode", "x", "zip")), "_codecs.encode");
    }

    @ParameterizedTest
    @ValueSource(ints = {'I', 'L', 'F', 'S', 'V', 'g', 'p', '2', 'i', 'o', 'P', 0x82, 0x83, 0x84, 0x92, 0x97, 0x98,
        0x80})
    void refusesOpcodesThatTorchDoesNotWrite(int opcode) {
        refuses(TorchZip.of(new PickleWriter().op(opcode).stop()), "torch.save does not write", "byte 2");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 'z', 0x7f, 0x99, 0xff})
    void refusesBytesThatAreNoOpcode(int opcode) {
        refuses(TorchZip.of(new PickleWriter().op(opcode).stop()),
                "no pickle opcode 0x%02x".formatted(opcode), "byte 2");
    }

    @Test
    void refusesOtherProtocols() {
        refuses(TorchZip.of(new PickleWriter(1).value(Map.of()).stop()), "protocol 2 to 5");
        refuses(TorchZip.of(new PickleWriter(6).value(Map.of()).stop()), "protocol 2 to 5");
        refuses(TorchZip.of(new byte[] {'}', '.'}), "protocol 2 to 5");
        refuses(TorchZip.of(new byte[0]), "0 are left");
    }

    @ParameterizedTest
    @CsvSource({"X, 4294967295", "X, 2147483647", "T, -1", "B, 4000000000", "X, 5"})
    void refusesLengthsBeyondTheEnd(char opcode, long length) {
        refuses(TorchZip.of(new PickleWriter().op(opcode).int32(length).raw("abc").stop()),
                "are to be read", "4 are left");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 40})
    void refusesLongLengthsBeyondTheEnd(long length) {
        refuses(TorchZip.of(new PickleWriter(4).op(0x8d).int64(length).stop()), Long.toUnsignedString(length));
        refuses(TorchZip.of(new PickleWriter(4).op(0x8e).int64(length).stop()), Long.toUnsignedString(length));
    }

    @Test
    void refusesHugeIntegersAndNames() {
        refuses(TorchZip.of(new PickleWriter().op(0x8b).int32(1 << 20).stop()), "an integer has 1048576 bytes");
        refuses(TorchZip.of(new PickleWriter().global("m".repeat(5000), "n").stop()), "a name is longer");
        refuses(TorchZip.of(new PickleWriter(4).text("m".repeat(5000)).text("n").op(0x93).stop()), "a name is longer");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"0, stack is empty", "1, no mark", "a, holds 0 values", "]N(a, holds 0 values", "(0, stack is empty",
        "h\u0007, never memorized", "q\u0007, stack is empty", "NNa, no list", "NNNs, no dict", "N(u, no dict",
        "](u, no dict", "}(Nu, without a value", "}]Ns, used as a key", "}}Ns, used as a key",
        "N\u0085b, stack is empty", "NNb, neither an instance nor a dict", "NNR, not a global",
        "NQ, persistent id", ")Q, persistent id", "NN, left over", "(N, left over", "'', stack is empty"})
    void refusesPicklesWithAnInvalidStack(String opcodes, String message) {
        PickleWriter pickle = new PickleWriter();
        opcodes.chars().forEach(pickle::op);

        refuses(TorchZip.of(pickle.stop()), message);
    }

    @Test
    void refusesTruncatedPickles() {
        byte[] whole = PickleWriter.pickle(dict("model", TorchModels.detector()));
        for (int length = 0; length < whole.length; length++) {
            refuses(TorchModels.detectorStorages(TorchZip.of(Arrays.copyOf(whole, length))), "archive/data.pkl");
        }
    }

    @Test
    void boundsOpcodesMemoAndStack() {
        var limits = new PickleMachine.Limits(1000, 50, 100);
        for (var bomb : Map.of("more than 1000 opcodes", "]0", "memorizes more than 50", "N\u00940",
                "deeper than 100", "(", "stack is deeper than 100", "N").entrySet()) {
            PickleWriter pickle = new PickleWriter(4);
            bomb.getValue().repeat(2000).chars().forEach(pickle::op);
            Path file = TorchZip.of(pickle.stop()).write(folder);

            assertThatThrownBy(() -> TorchFile.read(file, limits)).isInstanceOf(WeightsException.class)
                    .hasMessageContaining(bomb.getKey());
        }
    }

    @Test
    void survivesDeepNestingAndValuesThatContainThemselves() {
        PickleWriter deep = new PickleWriter();
        deep.op('}').text("opt");
        "]".repeat(100_000).chars().forEach(deep::op);
        "a".repeat(99_999).chars().forEach(deep::op);
        refuses(TorchZip.of(deep.op('s').stop()), "not a dict of tensors");

        byte[] cycle = new PickleWriter().op('}').text("state_dict")
                .value(dict("w", Tensor.contiguous("ByteStorage", "0", 1))).op('s').text("opt")
                .op('}').bytes('q', 0).text("self").bytes('h', 0).op('s').op('s').stop();
        refuses(TorchZip.of(cycle).storage("0", new byte[1]), "nest without end");
    }

    @Test
    void survivesTuplesThatDoubleAtEveryLevel() {
        PickleWriter pickle = new PickleWriter().op('}').text("state_dict")
                .value(dict("w", Tensor.contiguous("ByteStorage", "0", 1))).op('s')
                .text("opt").op('}').text("x").op(')');
        for (int level = 0; level < 60; level++) {
            pickle.bytes('q', 0, 'h', 0, 0x86);
        }
        byte[] asValue = pickle.op('s').op('s').stop();
        refuses(TorchZip.of(asValue).storage("0", new byte[1]), "nest without end");

        PickleWriter key = new PickleWriter().op('}').op(')');
        for (int level = 0; level < 60; level++) {
            key.bytes('q', 0, 'h', 0, 0x86);
        }
        refuses(TorchZip.of(key.op('N').op('s').stop()), "not a dict of tensors");
    }

    @Test
    void refusesModulesThatContainOrMultiplyThemselves() {
        PickleWriter cycle = new PickleWriter().op('}').text("model").global("m", "M").op(')').op(0x81).bytes('q', 0)
                .op('}').op('(').text("_parameters").op('}').text("_buffers").op('}').text("_modules").op('}')
                .text("repeated").bytes('h', 0).op('s').op('u').op('b').op('s');
        refuses(TorchZip.of(cycle.stop()), "modules nest without end");

        PickleWriter doubling = new PickleWriter().op('}').text("model").op('N').bytes('q', 0);
        for (int level = 0; level < 40; level++) {
            doubling.op('0').global("m", "M").op(')').op(0x81).op('}').op('(').text("_parameters").op('}')
                    .text("_buffers").op('}').text("_modules").op('}').op('(').text("a").bytes('h', 0)
                    .text("b").bytes('h', 0).op('u').op('u').op('b').bytes('q', 0);
        }
        refuses(TorchZip.of(doubling.op('s').stop()), "modules nest without end");
    }

    @Test
    void refusesTensorsOutsideTheirStorage() {
        long[][] cases = { // offset, shape 0, shape 1, stride 0, stride 1, of 4 elements
            {1, 2, 2, 2, 1}, {0, 3, 2, 2, 1}, {-1, 1, 1, 1, 1}, {0, -1, 2, 1, 1}, {0, 2, 2, -1, 1}, {5, 0, 1, 1, 1},
            {0, 2, 2, Long.MAX_VALUE, 1}, {Long.MAX_VALUE, 2, 2, 1, 1}, {0, Long.MAX_VALUE, Long.MAX_VALUE, 0, 0},
            {0, 5, 1, 0, 1}, {0, 1L << 40, 1, 0, 1}};
        for (long[] c : cases) {
            long[] shape = {c[1], c[2]};
            long[] strides = {c[3], c[4]};
            refuses(tensor(new Tensor("FloatStorage", "0", 4, c[0], shape, strides), 16), "archive/data.pkl, byte ");
        }
        refuses(tensor(new Tensor("FloatStorage", "0", 4, 0, new long[] {2, 2}, new long[] {1}), 16),
                "is not inside");
        refuses(tensor(new Tensor("FloatStorage", "0", 4, 0, new long[65], new long[65]), 16), "65 dimensions");
    }

    @Test
    void refusesStoragesOfWrongLength() {
        refuses(tensor(Tensor.contiguous("FloatStorage", "0", 4), 15), "15 bytes, but 4 elements of F32 need 16");
        refuses(tensor(Tensor.contiguous("FloatStorage", "0", 4), 17), "17 bytes");
        refuses(tensor(Tensor.contiguous("FloatStorage", "0", 1L << 40), 16), "need 4398046511104");
        refuses(tensor(Tensor.contiguous("FloatStorage", "../0", 4), 16), "no such entry");
        refuses(tensor(new Tensor("FloatStorage", "0", 1L << 62, 0, new long[] {1}, new long[] {1}), 16), "byte ");
        refuses(tensor(Tensor.contiguous("ComplexFloatStorage", "0", 4), 16), "storage type torch.ComplexFloatStorage");
    }

    @Test
    void refusesManyCopiesOfOneStorage() {
        Map<String, Object> tensors = dict();
        for (int i = 0; i < 200; i++) {
            tensors.put("w" + i, new Tensor("ByteStorage", "0", 10_000, 0, new long[] {100, 100}, new long[] {1, 100}));
        }
        refuses(TorchZip.of(tensors).storage("0", new byte[10_000]), "not contiguous", "4 times the file");
    }

    @Test
    void refusesCompressedEntries() {
        refuses(new TorchZip().entry("archive/data/0", new byte[1 << 20]).entry("archive/data.pkl", new byte[1])
                .compressed(), "compressed", "1048576 bytes from", "zip -0");
    }

    @Test
    void refusesEntriesThatOccurTwice() throws IOException {
        byte[] zip = tensor(Tensor.contiguous("ByteStorage", "0", 1), 1).storage("1", new byte[1]).bytes();
        String renamed = new String(zip, StandardCharsets.ISO_8859_1).replace("archive/data/1", "archive/data/0");
        Path file = Files.write(folder.resolve("twice.pt"), renamed.getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> TorchFile.read(file)).isInstanceOf(WeightsException.class)
                .hasMessageContaining("occurs twice").hasMessageContaining("archive/data/0");
    }

    @Test
    void refusesContentThatDoesNotMatchItsChecksum() throws IOException {
        byte[] zip = TorchZip.of(dict("w", Tensor.contiguous("FloatStorage", "0", 1))).floats("0", 1.2345f).bytes();
        String marked = new String(TorchZip.floatBytes(ByteOrder.LITTLE_ENDIAN, 1.2345f),
                StandardCharsets.ISO_8859_1);
        String text = new String(zip, StandardCharsets.ISO_8859_1);
        zip[text.indexOf(marked)] ^= 1;
        Path file = Files.write(folder.resolve("flipped.pt"), zip);

        assertThatThrownBy(() -> TorchFile.read(file)).isInstanceOf(WeightsException.class)
                .hasMessageContaining("checksum").hasMessageContaining("archive/data/0");
    }

    @Test
    void refusesFilesThatAreNotCheckpoints() throws IOException {
        refuses(new TorchZip().entry("archive/readme", new byte[3]), "no data.pkl", "archive/readme");
        refuses(new TorchZip().entry("a/data.pkl", new byte[3]).entry("b/data.pkl", new byte[3]), "2 entries data.pkl");
        refuses(new TorchZip().entry("a/data.pkl", new byte[3]).entry("a/constants.pkl", new byte[3]), "TorchScript");
        refuses(TorchZip.of(Map.of()).byteOrder("middle"), "byte order");
        refuses(TorchZip.of(List.of()), "neither a dict nor a module");
        refuses(TorchZip.of(dict()), "no tensors");
        refuses(TorchZip.of(dict("model", 7, "epoch", 1)), "'model' is neither a module nor a dict of tensors");
        refuses(TorchZip.of(dict("epoch", 1, "nothing", new Tuple())), "keys are epoch, nothing");
        for (String content : List.of("", "PK", "<html>", "\u0080\u0002\u008a\nlF\u00fc\u009cF\u00f9 j")) {
            Path file = Files.write(folder.resolve("other.pt"), content.getBytes(StandardCharsets.ISO_8859_1));
            assertThatThrownBy(() -> TorchFile.read(file)).isInstanceOf(WeightsException.class)
                    .hasMessageContaining(content.startsWith("\u0080") ? "before 1.6" : "not a PyTorch checkpoint");
        }
    }

    @Test
    void refusesTruncatedArchives() throws IOException {
        byte[] whole = TorchModels.checkpoint("model").bytes();
        for (int length = 4; length < whole.length; length += 7) {
            Path file = Files.write(folder.resolve("cut.pt"), Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> TorchFile.read(file)).isInstanceOf(WeightsException.class)
                    .hasMessageContaining("cannot be opened").hasMessageContaining(length + " bytes");
        }
    }
}
