package io.yolofit.api.device;

import io.yolofit.base.Failure;
import io.yolofit.engine.GpuInfo;
import io.yolofit.train.plan.gpu.GpuCatalog;
import io.yolofit.train.plan.gpu.GpuModel;
import io.yolofit.train.plan.time.DeviceRates;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// GPUs of different kinds that would train together. Every rank has as many images of each batch, so that k of them
/// are as fast as k of the slowest one. Speeds are estimates from the catalog: in proportion to the matrix rate or to
/// the bandwidth of the device memory, whichever favors the slower GPU. GPUs that the catalog does not have count as
/// equal.
final class UnequalGpus {
    /// Speed that some of the GPUs must gain over all of them.
    private static final double WORTH = 1.05;

    private UnequalGpus() {}

    /// @param speed of the fastest one, at most
    private record Card(GpuInfo gpu, double speed) {
    }

    /// Why fewer of these GPUs are faster than all, with the option that selects them; empty if they are not.
    static Optional<Failure> faster(List<GpuInfo> gpus) {
        List<Optional<GpuModel>> models = gpus.stream().map(gpu -> GpuCatalog.ofDevice(gpu.name())).toList();
        if (models.stream().anyMatch(Optional::isEmpty)) {
            return Optional.empty();
        }
        double matrix = models.stream().mapToDouble(model -> model.get().rates().halfFlops()).max().orElse(1);
        double memory = models.stream().mapToDouble(model -> model.get().rates().bandwidth()).max().orElse(1);
        List<Card> fastest = IntStream.range(0, gpus.size()).mapToObj(i -> {
            DeviceRates rates = models.get(i).get().rates();
            return new Card(gpus.get(i), Math.max(rates.halfFlops() / matrix, rates.bandwidth() / memory));
        }).sorted(Comparator.comparingDouble(Card::speed).reversed()).toList();
        int best = fastest.size();
        for (int count = fastest.size() - 1; count > 0; count--) {
            best = together(fastest, count) > WORTH * together(fastest, best) ? count : best;
        }
        if (best == fastest.size()) {
            return Optional.empty();
        }
        GpuInfo slowest = fastest.getLast().gpu;
        List<GpuInfo> chosen = fastest.subList(0, best).stream().map(Card::gpu).toList();
        String where = "device=" + numbers(gpus);
        String what = "all GPUs have as many images of each batch, so every step takes as long as on GPU "
                + slowest.index() + " (" + slowest.name() + ")";
        String faster = String.format(Locale.ROOT, "device=%s (%s) is predicted to be %.1f times as fast",
                numbers(chosen), chosen.getFirst().name(),
                together(fastest, best) / together(fastest, fastest.size()));
        return Optional.of(new Failure(where + ": " + what + "; " + faster + ": use that", what, where,
                "use device=" + numbers(chosen)));
    }

    private static double together(List<Card> fastest, int count) {
        return count * fastest.get(count - 1).speed;
    }

    private static String numbers(List<GpuInfo> gpus) {
        return gpus.stream().map(GpuInfo::index).sorted().map(String::valueOf).collect(Collectors.joining(","));
    }
}
