"""Trains the tiny classifiers of whole numbers and of truth values that keep both kinds in the tests.

    python tokens.py OUT

A text is 24 tokens: 1 begins it, words of 2 to 59 follow, and 0 fills it up. Each of three topics has ten words of its own,
and the topic with most words in the text is the class. Flags are 40 truth values; the class is the fifth of them that most
are set in. Writes

    tokens.onnx         tokens (int32, N x 24) to logits (N x 3): an embedding, its mean over the text, two Gemm
    tokens.npz          90 texts that the training has not seen, x (90 x 24, int32) and y
    flags.onnx          flags (bool, N x 40) to logits (N x 5): two Gemm
    flags.npz           90 rows that the training has not seen, x (90 x 40, bool) and y

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

LENGTH, WORDS, TOPICS, OWN = 24, 60, 3, 10
FLAGS, GROUPS = 40, 5


def texts(count, random):
    x = np.zeros((count, LENGTH), np.int32)
    y = np.zeros(count, np.int64)
    for i in range(count):
        topic = random.integers(0, TOPICS)
        length = random.integers(12, LENGTH)
        words = random.integers(2 + TOPICS * OWN, WORDS, length)
        for t in range(TOPICS):
            few = random.integers(4, 7) if t == topic else random.integers(0, 4)
            words[random.permutation(length)[:few]] = 2 + t * OWN + random.integers(0, OWN, few)
        counts = [((words >= 2 + t * OWN) & (words < 2 + (t + 1) * OWN)).sum() for t in range(TOPICS)]
        x[i, 0], x[i, 1 : 1 + length] = 1, words
        y[i] = int(np.argmax(counts))
    return x, y


def flags(count, random):
    y = random.integers(0, GROUPS, count)
    share = np.full((count, GROUPS), 0.35)
    share[np.arange(count), y] = 0.75
    x = random.uniform(size=(count, FLAGS)) < np.repeat(share, FLAGS // GROUPS, 1)
    return x, x.reshape(count, GROUPS, -1).sum(2).argmax(1)


class Tokens(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(WORDS, 12)
        self.first, self.second = nn.Linear(12, 24), nn.Linear(24, TOPICS)

    def forward(self, x):
        return self.second(torch.relu(self.first(self.table(x.long()).mean(1))))


class Flags(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(FLAGS, 24), nn.Linear(24, GROUPS)

    def forward(self, x):
        return self.second(torch.relu(self.first(x.float())))


def train(net, x, y):
    x, y = torch.tensor(x), torch.tensor(y)
    optimizer = torch.optim.Adam(net.parameters(), 5e-3)
    for epoch in range(20):
        for rows in torch.randperm(len(x)).split(64):
            optimizer.zero_grad()
            nn.functional.cross_entropy(net(x[rows]), y[rows]).backward()
            optimizer.step()
    return net.eval()


def write(file, net, element, before, value, constants):
    for layer in ("first", "second"):
        for name in ("weight", "bias"):
            array = getattr(getattr(net, layer), name).detach().numpy()
            constants.append(numpy_helper.from_array(array, f"{layer}.{name}"))
    nodes = before + [
        helper.make_node("Gemm", [value, "first.weight", "first.bias"], ["hidden"], "first", transB=1),
        helper.make_node("Relu", ["hidden"], ["active"], "relu"),
        helper.make_node("Gemm", ["active", "second.weight", "second.bias"], ["logits"], "second", transB=1),
    ]
    length, classes = (LENGTH, TOPICS) if isinstance(net, Tokens) else (FLAGS, GROUPS)
    graph = helper.make_graph(
        nodes,
        file.stem,
        [helper.make_tensor_value_info(file.stem, element, ["n", length])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", classes])],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, file)


def main(out):
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(1)
    random = np.random.default_rng(1)
    net = train(Tokens(), *texts(4000, random))
    before = [
        helper.make_node("Gather", ["table", "tokens"], ["embedded"], "embed"),
        helper.make_node("ReduceMean", ["embedded"], ["mean"], "mean", axes=[1], keepdims=0),
    ]
    table = numpy_helper.from_array(net.table.weight.detach().numpy(), "table")
    write(out / "tokens.onnx", net, TensorProto.INT32, before, "mean", [table])
    tokens = texts(90, random)

    net = train(Flags(), *flags(4000, random))
    before = [helper.make_node("Cast", ["flags"], ["floats"], "cast", to=TensorProto.FLOAT)]
    write(out / "flags.onnx", net, TensorProto.BOOL, before, "floats", [])
    for name, (x, y) in {"tokens": tokens, "flags": flags(90, random)}.items():
        np.savez_compressed(out / f"{name}.npz", x=x, y=y)
        logits = onnxruntime.InferenceSession(out / f"{name}.onnx").run(None, {name: x})[0]
        print(name, "accuracy", (logits.argmax(1) == y).mean())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
