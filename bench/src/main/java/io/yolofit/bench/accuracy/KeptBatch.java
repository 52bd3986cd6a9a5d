package io.yolofit.bench.accuracy;

import io.yolofit.data.batch.Batch;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// A copy of a batch on the heap, for several steps on the same batch.
///
/// @param pixels  `u8[images,height,width,3]`
/// @param targets rows of class, cx, cy, w, h, grouped by image
/// @param offsets index of each image's first row, and the number of rows
record KeptBatch(MemorySegment pixels, int images, int height, int width, float[] targets, int[] offsets) {
    static KeptBatch of(Batch batch) {
        return new KeptBatch(MemorySegment.ofArray(batch.pixels().toArray(ValueLayout.JAVA_BYTE)), batch.images(),
                batch.height(), batch.width(), batch.targets().clone(), batch.offsets().clone());
    }

    /// The first batches of a rig's present epoch.
    static List<KeptBatch> first(Rig rig, int count) {
        List<KeptBatch> kept = new ArrayList<>();
        rig.read((batch, _) -> {
            kept.add(of(batch));
            return kept.size() < count;
        });
        return kept;
    }
}
