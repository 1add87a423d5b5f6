"""Makes the small models under host/src/test/resources/exports with PyTorch's own exporter.

Usage: python3 export.py OUT_DIR   (torch 2.7.1, onnx 1.23.2)
"""

import pathlib
import sys

import torch
from torch import nn
from torch.nn import functional


class Residual(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.a = nn.Sequential(
            nn.Conv2d(c, c, 3, padding=1, bias=False), nn.BatchNorm2d(c), nn.ReLU(),
            nn.Conv2d(c, c, 3, padding=1, bias=False), nn.BatchNorm2d(c))

    def forward(self, x):
        return torch.relu(x + self.a(x))


class Dense(nn.Module):
    def __init__(self, c, growth):
        super().__init__()
        self.a = nn.Sequential(nn.BatchNorm2d(c), nn.ReLU(), nn.Conv2d(c, growth, 3, padding=1, bias=False))

    def forward(self, x):
        return torch.cat([x, self.a(x)], 1)


class ViewFlatten(nn.Module):
    def forward(self, x):
        return x.view(x.size(0), -1)


class Mean(nn.Module):
    def forward(self, x):
        return x.mean((2, 3))


class Resizing(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, padding=1)
        self.head = nn.Linear(8, 10)

    def forward(self, x):
        y = self.stem(x)
        small = functional.interpolate(y, scale_factor=0.4, mode="bilinear", align_corners=True)
        back = functional.interpolate(small, size=y.shape[2:], mode="nearest")
        larger = functional.interpolate(back, scale_factor=1.5, mode="bicubic")
        blocks = functional.pixel_unshuffle(functional.pixel_shuffle(torch.cat([larger, larger], 1), 2), 2)
        first, second = blocks[:, :8].chunk(2, 1)
        return self.head(torch.cat([second, first], 1).flatten(2).transpose(1, 2).mean(1))


class ShiftedWindows(nn.Module):
    """Attention within windows of 2 x 2 that are shifted, with a table of biases, as in Swin."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 4, 4)
        self.qkv = nn.Linear(8, 24)
        self.head = nn.Linear(8, 10)
        self.table = nn.Parameter(torch.randn(9, 2))
        place = torch.stack(torch.meshgrid(torch.arange(2), torch.arange(2), indexing="ij")).flatten(1)
        relative = (place[:, :, None] - place[:, None, :]).permute(1, 2, 0) + 1
        self.register_buffer("index", relative[..., 0] * 3 + relative[..., 1])

    def forward(self, x):
        y = torch.roll(self.stem(x).permute(0, 2, 3, 1), (-1, -1), (1, 2))
        n, h, w, c = y.shape
        windows = y.view(n, h // 2, 2, w // 2, 2, c).permute(0, 1, 3, 2, 4, 5).reshape(-1, 4, c)
        q, k, v = self.qkv(windows).reshape(-1, 4, 3, 2, c // 2).permute(2, 0, 3, 1, 4).unbind(0)
        bias = self.table[self.index.view(-1)].view(4, 4, -1).permute(2, 0, 1).unsqueeze(0)
        mixed = (q @ k.transpose(-2, -1) * 0.5 + bias).softmax(-1) @ v
        y = mixed.transpose(1, 2).reshape(n, h // 2, w // 2, 2, 2, c).permute(0, 1, 3, 2, 4, 5).reshape(n, h, w, c)
        return self.head(torch.roll(y, (1, 1), (1, 2)).flatten(1, 2).mean(1))


def models():
    yield "lenet5", nn.Sequential(
        nn.Conv2d(3, 6, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(6, 8, 5), nn.ReLU(), nn.MaxPool2d(2),
        ViewFlatten(), nn.Linear(8, 20), nn.Sigmoid(), nn.Dropout(), nn.Linear(20, 10))
    yield "vgg", nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 12, 3, padding=1), nn.BatchNorm2d(12), nn.ReLU6(), nn.MaxPool2d(3, 2, 1, ceil_mode=True),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(), nn.Linear(12, 10))
    yield "resnet", nn.Sequential(
        nn.Conv2d(3, 8, 3, 2, 1, bias=False), nn.BatchNorm2d(8), nn.Hardswish(), Residual(8), Residual(8),
        Mean(), nn.Linear(8, 10))
    yield "densenet", nn.Sequential(
        nn.Conv2d(3, 6, 3, 1, 1), Dense(6, 4), Dense(10, 4), nn.AvgPool2d(2), nn.GELU(), Dense(14, 4),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(18, 10))
    yield "resizing", Resizing()
    yield "windows", ShiftedWindows()


def main(out):
    out.mkdir(parents=True, exist_ok=True)
    for name, model in models():
        torch.manual_seed(5)
        for module in model.modules():
            if isinstance(module, nn.BatchNorm2d):
                nn.init.uniform_(module.running_mean, -0.5, 0.5)
                nn.init.uniform_(module.running_var, 0.5, 2)
                nn.init.uniform_(module.weight, 0.5, 1.5)
        model.eval()
        for opset in (13, 17):
            torch.onnx.export(
                model, torch.zeros(2, 3, 16, 16), str(out / f"{name}-opset{opset}.onnx"),
                opset_version=opset, input_names=["input"], output_names=["logits"],
                dynamic_axes={"input": {0: "N"}, "logits": {0: "N"}}, dynamo=False,
                training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
