package io.yolofit.train.advice;

/// What advice depends on.
///
/// @param images  training images
/// @param objects side of the small objects, as [ObjectSizes] measures it at 640 px
/// @param cache   bytes of all decoded images over the memory of the machine
public record Situation(Hardware hardware, int images, double objects, double cache) {
    /// The same with another ratio of decoded images to memory.
    public Situation withCache(double ratio) {
        return new Situation(hardware, images, objects, ratio);
    }
}
