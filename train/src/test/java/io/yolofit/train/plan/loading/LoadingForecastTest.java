package io.yolofit.train.plan.loading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.yolofit.data.throughput.LoaderThroughput;
import io.yolofit.data.throughput.LoaderThroughput.Rates;
import io.yolofit.train.options.CacheChoice;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoadingForecastTest {
    private static final LoaderThroughput MEASURED = new LoaderThroughput(8, 64, 1, new Rates(100, 200),
            new Rates(800, 1600));
    private static final LoadingMachine LARGE_DATA = new LoadingMachine(8, false, Optional.of(CacheChoice.RAM));
    private static final LoadingMachine HELD_DATA = new LoadingMachine(8, true, Optional.empty());

    private static LoadingForecast forecast(double needed, int workers, CacheChoice cache, LoadingMachine machine) {
        return LoadingForecast.of(needed, new LoaderSetting(workers, cache), machine, MEASURED, false);
    }

    private static String better(LoadingForecast forecast) {
        return forecast.better().map(rate -> rate.setting().changed(forecast.current().setting())).orElse("");
    }

    /// needed img/s, workers, cache | verdict, what helps
    @ParameterizedTest(name = "{0} img/s, workers={1} cache={2}: {3}, {4}")
    @CsvSource(delimiter = '|', textBlock = """
            80   | 1 | NONE | device-bound |
            90   | 1 | NONE | balanced     |
            115  | 1 | NONE | balanced     | workers=2
            300  | 1 | NONE | data-bound   | workers=4
            1200 | 8 | NONE | data-bound   | cache=ram
            1200 | 1 | NONE | data-bound   | workers=8 cache=ram
            300  | 1 | RAM  | data-bound   | workers=2
            1000 | 8 | RAM  | device-bound |
            5000 | 8 | RAM  | data-bound   |
            """)
    void theFewestChangesThatSufficeAreRecommended(double needed, int workers, CacheChoice cache, String bound,
            String change) {
        LoadingForecast forecast = forecast(needed, workers, cache, LARGE_DATA);
        assertThat(forecast.current().bound().word()).isEqualTo(bound);
        assertThat(better(forecast)).isEqualTo(change == null ? "" : change);
    }

    @Test
    void aRunIsAsFastAsTheSlowerOfLoaderAndDevice() {
        assertThat(forecast(300, 1, CacheChoice.NONE, LARGE_DATA).current().expected()).isEqualTo(100);
        assertThat(forecast(50, 1, CacheChoice.NONE, LARGE_DATA).current().expected()).isEqualTo(50);
    }

    @Test
    void withoutWorkersLoadingAndComputingAlternate() {
        LoadingForecast forecast = forecast(100, 0, CacheChoice.NONE, LARGE_DATA);
        assertThat(forecast.current().expected()).isCloseTo(50, within(1e-9));
        assertThat(forecast.current().bound()).isEqualTo(Bound.DATA);
        assertThat(better(forecast)).isEqualTo("workers=2");
    }

    /// Images that fit into the loader's memory are decoded in the first epoch only: a cache gains nothing.
    @Test
    void imagesThatAreHeldAnywayNeedNoCache() {
        LoadingForecast forecast = forecast(1200, 2, CacheChoice.NONE, HELD_DATA);
        assertThat(forecast.current().loaded()).isCloseTo(400, within(1e-9));
        assertThat(better(forecast)).isEqualTo("workers=8");
    }

    @Test
    void theCoresThatSufficeAreNamedIfNoSettingDoes() {
        assertThat(forecast(5000, 8, CacheChoice.RAM, LARGE_DATA).cores()).isEqualTo(30); // 1.2 x 5000 / 200
        assertThat(forecast(1200, 1, CacheChoice.NONE, LARGE_DATA).cores()).isZero();
    }

    @Test
    void aProcessorThatLoadsAndComputesSharesItsTime() {
        LoadingForecast forecast = LoadingForecast.of(100, new LoaderSetting(8, CacheChoice.RAM), LARGE_DATA, MEASURED,
                true);
        assertThat(forecast.current().expected()).isCloseTo(1 / (1 / 100.0 + 1 / 1600.0), within(1e-9));
        assertThat(forecast.current().bound()).isEqualTo(Bound.DEVICE);
    }

    @Test
    void aRunThatWaitsForImagesIsAdvisedToUseAllCoresAndThenACache() {
        assertThat(LoadingAdvice.text(new LoaderSetting(2, CacheChoice.NONE), LARGE_DATA))
                .isEqualTo("try workers=8 (now workers=2)");
        assertThat(LoadingAdvice.text(new LoaderSetting(8, CacheChoice.NONE), LARGE_DATA))
                .isEqualTo("try cache=ram (now cache=false)");
        assertThat(LoadingAdvice.text(new LoaderSetting(8, CacheChoice.RAM), LARGE_DATA))
                .startsWith("all 8 cores load images and decode none of them twice");
        assertThat(LoadingAdvice.text(new LoaderSetting(8, CacheChoice.NONE),
                new LoadingMachine(8, false, Optional.empty()))).contains("neither cache=ram nor cache=disk fits");
    }

    @ParameterizedTest
    @CsvSource({"0, DEVICE", "0.05, DEVICE", "0.1, BALANCED", "0.2, DATA", "1, DATA"})
    void theShareOfWaitingGivesTheVerdictOfARun(double share, Bound bound) {
        assertThat(Bound.ofWaiting(share)).isEqualTo(bound);
    }
}
