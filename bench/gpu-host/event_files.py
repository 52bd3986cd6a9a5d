"""Lists what TensorBoard's own reader finds in the event files of a run: tags, numbers of values, sizes of images.

    bench/gpu-host/run.sh io.yolofit.app.Main train data=data.yaml epochs=3 tensorboard=true project=runs name=seen
    python3 bench/gpu-host/event_files.py runs/seen

Ends with 1 if scalars, images, the text of the options or the hyperparameters are missing.
"""
import struct
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator, STORE_EVERYTHING_SIZE_GUIDANCE
from tensorboard.plugins.hparams import metadata

REQUIRED = ["train/box_loss", "metrics/mAP50-95(B)", "lr/pg0", "val/predictions", "val/labels", "options",
            metadata.SESSION_START_INFO_TAG, metadata.SESSION_END_INFO_TAG]


def size(encoded):
    """Width and height in the header of a JPEG file."""
    at = 2
    while encoded[at + 1] not in (0xC0, 0xC1, 0xC2):
        at += 2 + struct.unpack(">H", encoded[at + 2:at + 4])[0]
    height, width = struct.unpack(">HH", encoded[at + 5:at + 9])
    return width, height


def main(folder):
    events = EventAccumulator(folder, size_guidance=STORE_EVERYTHING_SIZE_GUIDANCE).Reload()
    tags = events.Tags()
    for tag in tags["scalars"]:
        values = events.Scalars(tag)
        print(f"scalar {tag}: {len(values)} values, last {values[-1].value:.6g} at step {values[-1].step}")
    for tag in tags["images"]:
        for image in events.Images(tag):
            assert (image.width, image.height) == size(image.encoded_image_string), tag
            print(f"image {tag}: {image.width} x {image.height}, {len(image.encoded_image_string)} bytes, "
                  f"step {image.step}")
    for tag in tags["tensors"]:
        plugin = events.SummaryMetadata(tag).plugin_data
        print(f"tensor {tag}: plugin {plugin.plugin_name}, {len(events.Tensors(tag))} values")
        if tag == metadata.SESSION_START_INFO_TAG:
            options = metadata.parse_session_start_info_plugin_data(plugin.content).hparams
            print(f"  {len(options)} hyperparameters, lr0 {options['lr0'].number_value:g}")
        if tag == metadata.SESSION_END_INFO_TAG:
            print(f"  status {metadata.parse_session_end_info_plugin_data(plugin.content).status}")
    found = tags["scalars"] + tags["images"] + tags["tensors"]
    missing = [tag for tag in REQUIRED if tag not in found]
    print("missing: " + ", ".join(missing) if missing else "all tags are there")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
