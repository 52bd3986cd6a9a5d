"""Times the convolutions of a model alone in PyTorch, forward and backward, for comparison in the same session.

    run.sh io.yolofit.bench.ConvolutionList yolov8s 64 640 convolutions.json
    python3 reference.py convolutions.json [steps]

Each convolution has operands of its own: random, half precision, channels last. All convolutions are captured in one
CUDA graph, whose replays are timed with events. cuDNN's algorithms are autotuned (cudnn.benchmark).
"""

import json
import statistics
import sys

import torch

WARM_UP = 3


def operands(conv):
    """x, w and dy of one convolution, channels last."""
    half = {"device": "cuda", "dtype": torch.float16}
    x = torch.randn(conv["n"], conv["c"], conv["h"], conv["w"], **half)
    w = torch.randn(conv["k"], conv["c"] // conv["groups"], conv["kernel"], conv["kernel"], **half) * 0.1
    x, w = (t.to(memory_format=torch.channels_last) for t in (x, w))
    y = forward(conv, x, w)
    dy = torch.randn_like(y, memory_format=torch.channels_last)
    return x, w, dy


def window(conv):
    return [conv["stride"]] * 2, [conv["padding"]] * 2, [conv["dilation"]] * 2


def forward(conv, x, w):
    stride, padding, dilation = window(conv)
    return torch.ops.aten.convolution(x, w, None, stride, padding, dilation, False, [0, 0], conv["groups"])


def backward(conv, x, w, dy):
    stride, padding, dilation = window(conv)
    wanted = [conv["input_gradient"], True, False]
    return torch.ops.aten.convolution_backward(
        dy, x, w, None, stride, padding, dilation, False, [0, 0], conv["groups"], wanted)


def captured(work):
    """Captures the work of a function in a CUDA graph, after a warm-up."""
    stream = torch.cuda.Stream()
    with torch.cuda.stream(stream):
        for _ in range(WARM_UP):
            work()
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        work()
    return graph


def milliseconds(graph, steps):
    """Median time of the replays."""
    for _ in range(WARM_UP):
        graph.replay()
    times = []
    for _ in range(steps):
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        graph.replay()
        end.record()
        end.synchronize()
        times.append(start.elapsed_time(end))
    return statistics.median(times)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        model = json.load(file)
    steps = int(sys.argv[2]) if len(sys.argv) > 2 else 50
    torch.backends.cudnn.benchmark = True
    convolutions = model["convolutions"]
    with torch.no_grad():
        data = [operands(conv) for conv in convolutions]

        def all_forward():
            for conv, (x, w, _) in zip(convolutions, data):
                forward(conv, x, w)

        def all_backward():
            for conv, (x, w, dy) in zip(convolutions, data):
                backward(conv, x, w, dy)

        def both():
            all_forward()
            all_backward()

        times = {name: milliseconds(captured(work), steps)
                 for name, work in (("forward", all_forward), ("backward", all_backward), ("both", both))}
    print(f"{model['model']}, batch {model['batch']}, {model['size']} px, f16: PyTorch {torch.__version__}'s "
          f"{len(convolutions)} convolutions alone, {torch.cuda.get_device_name()}")
    for name, time in times.items():
        print(f"  {name:<9} {time:8.3f} ms")


if __name__ == "__main__":
    main()
