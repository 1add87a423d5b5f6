"""Trains the tiny classifier of signals that keeps inputs that are no pictures in the tests.

    python tensor.py OUT

A signal is 64 numbers: a sine, a square or a sawtooth wave of any frequency, phase and size, with noise. Writes

    signal.onnx         x (float, N x 1 x 64) to logits (N x 3)
    state.onnx          the same network of x * rate / 16000 + the mean of state, with the inputs state (float,
                        2 x N x 4) and rate (int64, a number): with zeros and 16000 it is signal.onnx
    codes.onnx          codes (int64, N x 64), the signal in whole numbers of 0 to 255, to logits of the same classes
    signals.npz         120 signals that the training has not seen, x (120 x 1 x 64) and y
    codes.npz           the same as whole numbers, x (120 x 64, uint8) and y
    expected.npz        what ONNX Runtime gives: signal, state (with a state of 0.25 and the rate 8000) and codes

Takes half a minute; needs numpy, torch, onnx and onnxruntime.
"""

import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

LENGTH = 64


def signals(count, random):
    label = random.integers(0, 3, count)
    phase = random.uniform(0, 1, (count, 1)) + np.arange(LENGTH) * random.uniform(0.03, 0.09, (count, 1))
    part = phase % 1
    waves = np.stack([np.sin(2 * np.pi * part), np.where(part < 0.5, 1.0, -1.0), 2 * part - 1])
    wave = waves[label, np.arange(count)] * random.uniform(0.4, 1, (count, 1))
    noisy = wave + random.normal(0, 0.25, wave.shape)
    return noisy.astype(np.float32)[:, None], label


def network():
    return nn.Sequential(
        nn.Conv1d(1, 8, 7, padding=3),
        nn.ReLU(),
        nn.Conv1d(8, 16, 5, stride=2, padding=2),
        nn.ReLU(),
        nn.Conv1d(16, 16, 5, stride=2, padding=2),
        nn.ReLU(),
        nn.AdaptiveAvgPool1d(1),
        nn.Flatten(),
        nn.Linear(16, 3),
    )


def train(net, x, y):
    x, y = torch.tensor(x), torch.tensor(y)
    optimizer = torch.optim.Adam(net.parameters(), 5e-3)
    for epoch in range(30):
        for rows in torch.randperm(len(x)).split(64):
            optimizer.zero_grad()
            nn.functional.cross_entropy(net(x[rows]), y[rows]).backward()
            optimizer.step()
    return net.eval()


def nodes(net, value):
    """The network behind a value, as ONNX."""
    made, constants = [], []
    for i, layer in enumerate(net):
        inputs, attributes = [value], {}
        if isinstance(layer, (nn.Conv1d, nn.Linear)):
            for name in ("weight", "bias"):
                constants.append(numpy_helper.from_array(getattr(layer, name).detach().numpy(), f"{name}{i}"))
                inputs.append(f"{name}{i}")
        kind = {"Conv1d": "Conv", "ReLU": "Relu", "AdaptiveAvgPool1d": "GlobalAveragePool", "Linear": "Gemm"}
        kind = kind.get(type(layer).__name__, type(layer).__name__)
        if kind == "Conv":
            attributes = {"strides": layer.stride, "pads": layer.padding * 2, "kernel_shape": layer.kernel_size}
        if kind == "Gemm":
            attributes = {"transB": 1}
        value = "logits" if i == len(net) - 1 else f"v{i}"
        made.append(helper.make_node(kind, inputs, [value], f"{kind.lower()}{i}", **attributes))
    return made, constants


def write(file, inputs, made, constants):
    info = [helper.make_tensor_value_info(*each) for each in inputs]
    logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", 3])
    graph = helper.make_graph(made, file.stem, info, [logits], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, file)


def number(name, value):
    return numpy_helper.from_array(np.array(value, np.float32), name)


def main(out):
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(1)
    random = np.random.default_rng(1)
    net = train(network(), *signals(3000, random))
    x, y = signals(120, random)
    codes = np.clip(np.rint(x[:, 0] * 80 + 128), 0, 255).astype(np.uint8)

    behind, constants = nodes(net, "x")
    write(out / "signal.onnx", [("x", TensorProto.FLOAT, ["n", 1, LENGTH])], behind, constants)

    behind, constants = nodes(net, "shifted")
    before = [
        helper.make_node("Cast", ["rate"], ["rate_float"], to=TensorProto.FLOAT),
        helper.make_node("Div", ["rate_float", "usual_rate"], ["size"]),
        helper.make_node("Mul", ["x", "size"], ["sized"]),
        helper.make_node("ReduceMean", ["state"], ["shift"], keepdims=0),
        helper.make_node("Add", ["sized", "shift"], ["shifted"]),
    ]
    inputs = [
        ("x", TensorProto.FLOAT, ["n", 1, LENGTH]),
        ("state", TensorProto.FLOAT, [2, "n", 4]),
        ("rate", TensorProto.INT64, []),
    ]
    write(out / "state.onnx", inputs, before + behind, constants + [number("usual_rate", 16000)])

    behind, constants = nodes(net, "signal")
    before = [
        helper.make_node("Gather", ["table", "codes"], ["flat"]),
        helper.make_node("Unsqueeze", ["flat", "axis"], ["signal"]),
    ]
    table = numpy_helper.from_array(((np.arange(256) - 128) / 80).astype(np.float32), "table")
    axis = numpy_helper.from_array(np.array([1]), "axis")
    write(out / "codes.onnx", [("codes", TensorProto.INT64, ["n", LENGTH])], before + behind, constants + [table, axis])

    np.savez(out / "signals.npz", x=x, y=y)
    np.savez(out / "codes.npz", x=codes, y=y)
    run = lambda name, **inputs: onnxruntime.InferenceSession(out / name).run(None, inputs)[0]
    expected = {
        "signal": run("signal.onnx", x=x),
        "state": run("state.onnx", x=x, state=np.full((2, 120, 4), 0.25, np.float32), rate=np.array(8000)),
        "codes": run("codes.onnx", codes=codes.astype(np.int64)),
    }
    np.savez(out / "expected.npz", **expected)
    for name, logits in expected.items():
        print(name, "accuracy", (logits.argmax(1) == y).mean())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
