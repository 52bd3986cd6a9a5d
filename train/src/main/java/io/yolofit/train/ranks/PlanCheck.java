package io.yolofit.train.ranks;

import io.yolofit.engine.comm.CommunicationException;
import io.yolofit.engine.comm.Communicator;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.Option;
import io.yolofit.train.options.OptionTable;
import io.yolofit.train.options.Options;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Makes sure that all ranks are about to execute the same run. Different options, data or weights would not fail by
/// themselves: the ranks would train a model of no use.
public final class PlanCheck {
    /// Options that belong to a process or a host, or only name files.
    private static final Set<Option<?>> OWN = Set.of(OptionTable.DEVICE, OptionTable.THREADS, OptionTable.WORKERS,
            OptionTable.CACHE, OptionTable.PROJECT, OptionTable.NAME, OptionTable.DATA, OptionTable.MODEL,
            OptionTable.PRETRAINED, OptionTable.CFG, OptionTable.HYP, OptionTable.RESUME, OptionTable.EXIST_OK,
            OptionTable.VERBOSE, OptionTable.PLOTS, OptionTable.PAGE, OptionTable.TENSORBOARD);

    private PlanCheck() {}

    /// The options that must be the same on all ranks.
    public static Map<String, String> facts(Options options) {
        Map<String, String> facts = new LinkedHashMap<>();
        for (Option<?> option : OptionTable.of(Mode.TRAIN)) {
            if (!OWN.contains(option)) {
                facts.put(option.toString(), text(option, options));
            }
        }
        return facts;
    }

    private static <T> String text(Option<T> option, Options options) {
        return options.find(option).map(option::text).orElse("none");
    }

    /// Compares the facts of all ranks, which all call this.
    ///
    /// @param facts what determines the run, by name; the same names on all ranks
    /// @throws CommunicationException naming two ranks and the facts in which they differ
    public static void require(Communicator group, Map<String, String> facts) {
        List<byte[]> all = group.gather(bytes(group.name(), facts));
        var agreement = new ByteArrayOutputStream();
        if (group.rank() == 0) {
            difference(all).ifPresent(text -> agreement.writeBytes(bytes(text, Map.of())));
        }
        byte[] verdict = group.broadcast(agreement.toByteArray());
        if (verdict.length > 0) {
            throw new CommunicationException(read(verdict).name);
        }
    }

    private static Optional<String> difference(List<byte[]> all) {
        Named first = read(all.getFirst());
        for (byte[] bytes : all.subList(1, all.size())) {
            Named other = read(bytes);
            List<String> differences = new ArrayList<>();
            first.facts.forEach((fact, value) -> {
                String theirs = other.facts.getOrDefault(fact, "nothing");
                if (!value.equals(theirs)) {
                    differences.add(fact + "=" + value + " against " + theirs);
                }
            });
            if (!differences.isEmpty()) {
                return Optional.of(first.name + " and " + other.name + " planned different runs ("
                        + String.join(", ", differences)
                        + "): start all ranks with the same options, data and weights");
            }
        }
        return Optional.empty();
    }

    private record Named(String name, Map<String, String> facts) {
    }

    private static byte[] bytes(String name, Map<String, String> facts) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeUTF(name);
            out.writeInt(facts.size());
            for (Map.Entry<String, String> fact : facts.entrySet()) {
                out.writeUTF(fact.getKey());
                out.writeUTF(fact.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the facts of a plan cannot be written", e);
        }
        return bytes.toByteArray();
    }

    private static Named read(byte[] bytes) {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            String name = in.readUTF();
            Map<String, String> facts = new LinkedHashMap<>();
            int count = in.readInt();
            for (int i = 0; i < count; i++) {
                facts.put(in.readUTF(), in.readUTF());
            }
            return new Named(name, facts);
        } catch (IOException e) {
            throw new UncheckedIOException("the facts of a plan cannot be read", e);
        }
    }
}
