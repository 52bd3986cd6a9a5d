package io.yolofit.train.program;

/// What a program is compiled for.
record InputShape(int images, int height, int width) {
}
