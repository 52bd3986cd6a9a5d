package io.yolofit.engine.comm;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a rank says of itself when ranks meet. Version, number of ranks and plan must be the same on all ranks.
///
/// @param job     identifies the run among several of one host; empty if the launcher gives no name
/// @param plan    what determines the programs of the run, by name: `batch`, `programs`
public record Hello(int rank, int ranks, String host, String device, String version, String job,
        Map<String, String> plan) {
    private static final int MOST_FACTS = 4096;

    public Hello {
        plan = new LinkedHashMap<>(plan); // keeps the order
        if (ranks < 1 || rank < 0 || rank >= ranks) {
            throw new IllegalArgumentException("rank " + rank + " of " + ranks + " ranks does not exist");
        }
    }

    /// `rank 1 (node-b, cpu)`
    public String name() {
        return "rank " + rank + " (" + host + ", " + device + ")";
    }

    /// The reason why two ranks cannot work together; empty if they can.
    Optional<String> conflict(Hello other) {
        if (!version.equals(other.version)) {
            return Optional.of(name() + " runs YoloFit " + version + ", but " + other.name() + " runs "
                    + other.version + ": install the same version on all hosts");
        }
        if (ranks != other.ranks) {
            return Optional.of(name() + " expects " + ranks + " ranks, but " + other.name() + " expects "
                    + other.ranks + ": start all processes with the same number of devices");
        }
        if (rank == other.rank) {
            return Optional.of(host + " and " + other.host + " both started rank " + rank
                    + ": give every process its own rank");
        }
        List<String> differences = new ArrayList<>();
        plan.forEach((fact, value) -> {
            String theirs = other.plan.getOrDefault(fact, "nothing");
            if (!value.equals(theirs)) {
                differences.add(fact + "=" + value + " against " + theirs);
            }
        });
        return differences.isEmpty() ? Optional.empty() : Optional.of(name() + " and " + other.name()
                + " planned different runs (" + String.join(", ", differences)
                + "): start them with the same options and the same data");
    }

    void write(DataOutputStream out) throws IOException {
        out.writeInt(rank);
        out.writeInt(ranks);
        out.writeUTF(host);
        out.writeUTF(device);
        out.writeUTF(version);
        out.writeUTF(job);
        out.writeInt(plan.size());
        for (Map.Entry<String, String> fact : plan.entrySet()) {
            out.writeUTF(fact.getKey());
            out.writeUTF(fact.getValue());
        }
        out.flush();
    }

    static Hello read(DataInputStream in) throws IOException {
        int rank = in.readInt();
        int ranks = in.readInt();
        String host = in.readUTF();
        String device = in.readUTF();
        String version = in.readUTF();
        String job = in.readUTF();
        int facts = in.readInt();
        if (facts < 0 || facts > MOST_FACTS) {
            throw new IOException("a greeting with " + facts + " facts");
        }
        Map<String, String> plan = new LinkedHashMap<>();
        for (int i = 0; i < facts; i++) {
            plan.put(in.readUTF(), in.readUTF());
        }
        try {
            return new Hello(rank, ranks, host, device, version, job, plan);
        } catch (IllegalArgumentException wrong) {
            throw new IOException(wrong.getMessage(), wrong);
        }
    }
}
