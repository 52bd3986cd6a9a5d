package io.yolofit.api.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.engine.TunedConvolution;
import io.yolofit.graph.DType;
import io.yolofit.graph.Shape;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.Window;
import io.yolofit.train.plan.time.Arithmetic;
import io.yolofit.train.plan.time.ConvolutionTiming;
import java.util.List;
import org.junit.jupiter.api.Test;

class TargetsTest {
    @Test
    void timingsOfTheAutotunerAreThoseOfTheirConvolutions() {
        Window window = new Window(2, 1, 1, 1);
        var tuned = new TunedConvolution(TunedConvolution.Direction.DATA, Shape.of(2, 9, 7, 16), Shape.of(8, 3, 3, 16),
                Shape.of(2, 5, 4, 8), window, DType.F32, true, .25);
        ConvolutionTiming timing = Targets.timings(List.of(tuned)).getFirst();
        assertThat(timing.node().op()).isEqualTo(new Conv2d.DataGrad(window, tuned.x()));
        assertThat(timing.node().output(0).shape()).isEqualTo(tuned.x());
        assertThat(timing.arithmetic()).isEqualTo(Arithmetic.TF32);
        assertThat(timing.seconds()).isEqualTo(.25e-3);
    }
}
