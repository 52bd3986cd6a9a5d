package io.yolofit.train.plan.gpu;

import io.yolofit.base.DidYouMean;
import io.yolofit.base.yaml.YamlText;
import io.yolofit.train.plan.time.DeviceRates;
import io.yolofit.train.plan.time.Links;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/// The GPUs of `gpus.yaml`, in its order.
public final class GpuCatalog {
    private static final String FILE = "gpus.yaml";
    private static final double GIGA = 1e9;
    private static final double TERA = 1e12;
    private static final int MEBI_SHIFT = 20;
    /// More than any GPU has, so that the compute capability counts first.
    private static final int MOST_MULTIPROCESSORS = 1000;

    private GpuCatalog() {}

    private static final class Holder {
        private static final List<GpuModel> ALL = read();
    }

    public static List<GpuModel> all() {
        return Holder.ALL;
    }

    /// The GPU of a name as users write it: `rtx3060`, `RTX 3060`, `NVIDIA GeForce RTX 3060`, `a100-80`.
    ///
    /// @throws IllegalArgumentException that suggests similar names if there is none
    public static GpuModel find(String name) {
        return exactly(name).orElseThrow(() -> {
            List<String> names = all().stream().map(GpuModel::name).toList();
            return new IllegalArgumentException("there is no GPU '" + name + "' in the catalog"
                    + DidYouMean.question(key(name), names) + "; it has " + String.join(", ", names));
        });
    }

    /// Names in the catalog that a name may mean: its own, or those that are spelled similarly.
    public static List<String> near(String name) {
        return exactly(name).map(gpu -> List.of(gpu.name())).orElseGet(() ->
                DidYouMean.to(key(name), all().stream().map(GpuModel::name).toList()));
    }

    /// The GPU of a name that a driver reports, such as `NVIDIA GeForce RTX 4080 SUPER`: the one with that name, or
    /// else the one with the longest name that it begins with; empty if there is none.
    public static Optional<GpuModel> ofDevice(String title) {
        return exactly(title).or(() -> all().stream().filter(gpu -> key(title).startsWith(key(gpu.name())))
                .max(Comparator.comparingInt(gpu -> key(gpu.name()).length())));
    }

    /// Estimated rates of a device that the driver reports: those of its data sheet, or, for one that is not in the
    /// catalog, those of the GPU with the most similar compute capability, in proportion to the multiprocessors. Both
    /// with the measured bandwidth, unless all rates of the device were measured.
    ///
    /// @param title      as of [#ofDevice]
    /// @param capability compute capability times ten
    /// @param bandwidth  measures the bytes per second of a large copy, reads plus writes; not called if all rates are
    ///                   known
    public static DeviceRates rates(String title, int capability, int multiprocessors, DoubleSupplier bandwidth) {
        Optional<GpuModel> known = ofDevice(title);
        if (known.isPresent()) {
            DeviceRates rates = known.get().rates();
            return rates.isMeasured() ? rates : rates.withBandwidth(bandwidth.getAsDouble());
        }
        return similar(capability, multiprocessors, bandwidth.getAsDouble());
    }

    private static DeviceRates similar(int capability, int multiprocessors, double bandwidth) {
        GpuModel similar = all().stream().filter(gpu -> !gpu.sharesMemory()).min(Comparator.comparingInt(gpu ->
                Math.abs(gpu.capability() - capability) * MOST_MULTIPROCESSORS
                        + Math.abs(gpu.multiprocessors() - multiprocessors))).orElseThrow();
        double share = (double) multiprocessors / similar.multiprocessors();
        DeviceRates rates = similar.rates();
        return new DeviceRates(rates.halfFlops() * share, rates.tf32Flops() * share, rates.singleFlops() * share,
                bandwidth, multiprocessors, "estimated from the bandwidth, which was measured, and from the "
                        + similar.title());
    }

    /// Estimated links between devices that the driver reports; of one that is not in the catalog, those of PCIe 4.0.
    public static Links links(String title) {
        return ofDevice(title).map(GpuModel::links).orElseGet(() -> Links.pcie(GpuModel.PCIE_4, title));
    }

    private static Optional<GpuModel> exactly(String name) {
        return all().stream().filter(gpu -> key(gpu.name()).equals(key(name)) || key(gpu.title()).equals(key(name)))
                .findFirst();
    }

    /// Lower case without maker, family and separators: `rtx3060`.
    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("nvidia|geforce|tesla|quadro|generation|gpu|[\\s_-]", "");
    }

    private static List<GpuModel> read() {
        try (InputStream file = GpuCatalog.class.getResourceAsStream(FILE)) {
            String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
            List<?> rows = (List<?>) YamlText.values(text, FILE);
            return rows.stream().map(row -> gpu((Map<?, ?>) row)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(FILE + " of the program cannot be read", e);
        }
    }

    private static GpuModel gpu(Map<?, ?> row) {
        return new GpuModel((String) row.get("name"), (String) row.get("title"),
                (long) number(row, "memory") << MEBI_SHIFT, number(row, "bandwidth") * GIGA,
                number(row, "fp32") * TERA, number(row, "half") * TERA, (int) number(row, "sms"),
                (int) Math.round(Double.parseDouble((String) row.get("capability")) * 10),
                row.containsKey("nvlink") ? number(row, "nvlink") * GIGA : 0, (String) row.get("source"));
    }

    private static double number(Map<?, ?> row, String key) {
        return ((Number) row.get(key)).doubleValue();
    }
}
