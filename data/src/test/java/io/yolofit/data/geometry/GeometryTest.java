package io.yolofit.data.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class GeometryTest {
    @Test
    void aBoxIsClippedToTheImage() {
        assertThat(new Box(-5, 2, 20, 30).clip(10, 40)).isEqualTo(new Box(0, 2, 10, 30));
        assertThat(new Box(50, 2, 60, 30).clip(10, 40).area()).isZero();
    }

    @Test
    void coverageIsAFractionOfTheCoveredBox() {
        Box box = new Box(0, 0, 10, 10);
        assertThat(box.coveredBy(new Box(5, 5, 100, 100))).isEqualTo(0.25);
        assertThat(box.coveredBy(new Box(10, 0, 20, 10))).isZero();
    }

    @Test
    void flipsOfBoxesAndPolygonsAgree() {
        double[] triangle = {1, 2, 5, 2, 3, 8};
        Box box = Polygon.bounds(triangle);
        assertThat(Polygon.bounds(Polygon.flipHorizontal(triangle, 20))).isEqualTo(box.flipHorizontal(20));
        assertThat(Polygon.bounds(Polygon.flipVertical(triangle, 20))).isEqualTo(box.flipVertical(20));
    }

    @Test
    void aClippedPolygonHasTheBoundsOfItsVisiblePart() {
        double[] triangle = {-10, 5, 10, -5, 10, 15}; // its left corner is outside; the edges meet x = 0 at 0 and 10
        assertThat(Polygon.bounds(Polygon.clip(triangle, 20, 20))).isEqualTo(new Box(0, 0, 10, 15));
        assertThat(Polygon.clip(new double[] {30, 30, 40, 30, 35, 40}, 20, 20)).isEmpty();
    }

    @Test
    void aProductAppliesTheRightFactorFirst() {
        Homography map = Homography.translation(10, 0).times(Homography.rotation(90, 2));
        double[] moved = map.apply(new double[] {1, 0});
        assertThat(moved[0]).isCloseTo(10, within(1e-12));
        assertThat(moved[1]).isCloseTo(-2, within(1e-12)); // counter-clockwise on a screen whose y grows downwards
    }

    @Test
    void perspectiveDividesByTheDepth() {
        Homography map = Homography.perspective(0.01, 0);
        assertThat(map.isAffine()).isFalse();
        assertThat(map.apply(new double[] {100, 50})).containsExactly(50, 25);
    }

    @Test
    void shearAddsAMultipleOfYToX() {
        double[] moved = Homography.shear(45, 0).apply(new double[] {1, 2});
        assertThat(moved[0]).isCloseTo(3, within(1e-12));
        assertThat(moved[1]).isEqualTo(2);
    }
}
