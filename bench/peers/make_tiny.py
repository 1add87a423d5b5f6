#!/usr/bin/env python3
"""Makes the tiny models of host/src/test/resources/peers: what others' tools write, in small.

Usage: bench/peers/make_tiny.py OUT

Each stands for a family of make.py, takes 3 x 16 x 16 and has 4 classes. Exported by PyTorch's old and
new exporter, quantized by ONNX Runtime's Python quantizer (see make.py for the packages).
"""
import os
import sys

import numpy as np
import onnx
import torch
from onnxruntime.quantization import QuantFormat, QuantType, quantize_dynamic, quantize_static
from torch import nn

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from make import Noise  # noqa: E402


def conv(i, o, k=3, stride=1, groups=1, act=nn.ReLU):
    return nn.Sequential(
        nn.Conv2d(i, o, k, stride, k // 2, groups=groups, bias=False), nn.BatchNorm2d(o), act())


class SqueezeExcite(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.a, self.b = nn.Conv2d(c, 2, 1), nn.Conv2d(2, c, 1)

    def forward(self, x):
        return x * nn.functional.hardsigmoid(self.b(torch.relu(self.a(x.mean((2, 3), keepdim=True)))))


class Mobile(nn.Module):
    """MobileNet, EfficientNet, MNASNet, RegNet: depthwise, squeeze and excite, ReLU6, SiLU."""

    def __init__(self):
        super().__init__()
        self.stem = conv(3, 8, stride=2, act=nn.Hardswish)
        self.expand = conv(8, 16, 1, act=nn.ReLU6)
        self.depth = conv(16, 16, groups=16, act=nn.SiLU)
        self.gate = SqueezeExcite(16)
        self.project = nn.Sequential(nn.Conv2d(16, 8, 1, bias=False), nn.BatchNorm2d(8))
        self.grouped = conv(8, 8, groups=4)
        self.head = nn.Linear(8, 4)

    def forward(self, x):
        x = self.stem(x)
        x = x + self.project(self.gate(self.depth(self.expand(x))))
        return self.head(nn.functional.adaptive_avg_pool2d(self.grouped(x), 1).flatten(1))


class Dense(nn.Module):
    """DenseNet, GoogLeNet, Inception, SqueezeNet: concatenation, pools with ceil mode, LeakyReLU."""

    def __init__(self):
        super().__init__()
        self.stem = conv(3, 8, act=lambda: nn.LeakyReLU(0.1))
        self.norm = nn.BatchNorm2d(8)
        self.a, self.b = nn.Conv2d(8, 4, (1, 3), padding=(0, 1)), nn.Conv2d(8, 4, 3, padding=1)
        self.head = nn.Conv2d(16, 4, 1)

    def forward(self, x):
        x = nn.functional.max_pool2d(self.stem(x), 3, 2, ceil_mode=True)
        y = torch.relu(self.norm(x))
        x = torch.cat([x, self.a(y), self.b(y)], 1)
        x = nn.functional.avg_pool2d(torch.sigmoid(x), 3, 2, padding=1)
        return self.head(x).mean((2, 3))


class Shuffle(nn.Module):
    """ShuffleNet: halves, shuffled channels."""

    def __init__(self):
        super().__init__()
        self.stem = conv(3, 8, stride=2)
        self.branch = nn.Sequential(conv(4, 4, 1), conv(4, 4, groups=4))
        self.head = nn.Linear(8, 4)

    def forward(self, x):
        a, b = self.stem(x).chunk(2, dim=1)
        x = torch.cat((a, self.branch(b)), dim=1)
        n, c, h, w = x.size()
        x = x.view(n, 2, c // 2, h, w).transpose(1, 2).contiguous().view(n, c, h, w)
        return self.head(x.mean([2, 3]))


class Attention(nn.Module):
    """ViT, DeiT: patches, a class token, multi-head attention, LayerNorm, GELU."""

    def __init__(self):
        super().__init__()
        self.patch = nn.Conv2d(3, 16, 4, 4)
        self.token = nn.Parameter(torch.randn(1, 1, 16))
        self.place = nn.Parameter(torch.randn(1, 17, 16))
        self.norm1, self.norm2 = nn.LayerNorm(16), nn.LayerNorm(16)
        self.qkv, self.out = nn.Linear(16, 48), nn.Linear(16, 16)
        self.mlp = nn.Sequential(nn.Linear(16, 32), nn.GELU(), nn.Linear(32, 16))
        self.head = nn.Linear(16, 4)

    def forward(self, x):
        x = self.patch(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(x.shape[0], -1, -1), x], dim=1) + self.place
        n, t, c = x.shape
        q, k, v = self.qkv(self.norm1(x)).reshape(n, t, 3, 2, c // 2).permute(2, 0, 3, 1, 4).unbind(0)
        y = nn.functional.scaled_dot_product_attention(q, k, v)
        x = x + self.out(y.transpose(1, 2).reshape(n, t, c))
        return self.head((x + self.mlp(self.norm2(x))).select(1, 0))


class Next(nn.Module):
    """ConvNeXt, Swin: channels last, layer scale, a shifted window by rolling."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 2, 2)
        self.depth = nn.Conv2d(8, 8, 7, padding=3, groups=8)
        self.norm = nn.LayerNorm(8, eps=1e-6)
        self.a, self.b = nn.Linear(8, 32), nn.Linear(32, 8)
        self.scale = nn.Parameter(torch.full((8,), 0.5))
        self.head = nn.Linear(8, 4)

    def forward(self, x):
        x = self.stem(x)
        y = self.norm(self.depth(x).permute(0, 2, 3, 1))
        y = self.b(nn.functional.gelu(self.a(y))) * self.scale
        # As torch.roll and slices would do, for which the new exporter fixes the batch.
        for axis in (1, 2):
            size = y.shape[axis]
            y = torch.cat((y.narrow(axis, size - 1, 1), y.narrow(axis, 0, size - 1)), axis)
        x = x + y.permute(0, 3, 1, 2)
        return self.head(x.mean((-2, -1)))


def trained(network):
    """Statistics and scales as training leaves them, logits some units apart."""
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 1.5)
            module.weight.data.uniform_(0.7, 1.3)
            module.bias.data.normal_(0, 0.1)
    network.head.weight.data.mul_(8)
    return network.eval()


def main(out):
    os.makedirs(out, exist_ok=True)
    for family in (Mobile, Dense, Shuffle, Attention, Next):
        torch.manual_seed(1)
        network = trained(family())
        name = family.__name__.lower()
        old = f"{out}/{name}-old.onnx"
        names = dict(input_names=["input"], output_names=["logits"])
        torch.onnx.export(
            network, torch.randn(1, 3, 16, 16), old, opset_version=17, dynamo=False,
            dynamic_axes={"input": {0: "n"}, "logits": {0: "n"}}, **names)
        torch.onnx.export(
            network, (torch.randn(2, 3, 16, 16),), f"{out}/{name}-new.onnx", dynamo=True,
            dynamic_shapes=({0: torch.export.Dim("n")},), external_data=False, **names)
        for channel, how in ((False, "tensor"), (True, "channel")):
            for form, quant_format in (("qdq", QuantFormat.QDQ), ("qop", QuantFormat.QOperator)):
                quantize_static(
                    old, f"{out}/{name}-{form}-{how}.onnx", Noise("input", 16), per_channel=channel,
                    quant_format=quant_format, activation_type=QuantType.QUInt8,
                    weight_type=QuantType.QInt8)
            quantize_dynamic(
                old, f"{out}/{name}-dynamic-{how}.onnx", per_channel=channel,
                weight_type=QuantType.QUInt8)
        for kind, how in ((QuantType.QInt16, "int16"), (QuantType.QInt8, "int8")):
            quantize_static(
                old, f"{out}/{name}-qdq-{how}.onnx", Noise("input", 16), per_channel=True,
                quant_format=QuantFormat.QDQ, activation_type=kind, weight_type=QuantType.QInt8,
                reduce_range=how == "int8")
    for file in sorted(os.listdir(out)):
        # What the exporter says of where it ran is nobody's business.
        loaded = onnx.load(f"{out}/{file}")
        for node in loaded.graph.node:
            del node.metadata_props[:]
            node.doc_string = ""
        for value in loaded.graph.value_info:
            del value.metadata_props[:]
        del loaded.graph.metadata_props[:]
        del loaded.metadata_props[:]
        onnx.save(loaded, f"{out}/{file}")
        size = os.path.getsize(f"{out}/{file}")
        assert size < 200_000, f"{file} has {size} bytes"


if __name__ == "__main__":
    main(sys.argv[1])
