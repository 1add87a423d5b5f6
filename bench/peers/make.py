#!/usr/bin/env python3
"""Makes models that others' tools wrote, to try Plumbline on.

Usage: bench/peers/make.py OUT [NAME ...]

Classifiers of torchvision and timm with random weights, exported by PyTorch's old (TorchScript) and
new (dynamo) exporter, each quantized by ONNX Runtime's Python quantizer: QDQ static, QOperator
static and dynamic, per tensor and per channel. Needs the Python packages torch 2.7, torchvision,
timm, onnx, onnxscript and onnxruntime. Nothing of it is committed.
"""
import os
import sys
import traceback

import numpy as np
import onnx
import torch
from onnxruntime.quantization import (
    CalibrationDataReader,
    QuantFormat,
    QuantType,
    quantize_dynamic,
    quantize_static,
)
from onnxruntime.quantization.shape_inference import quant_pre_process

TORCHVISION = [
    "resnet18", "mobilenet_v2", "mobilenet_v3_small", "efficientnet_b0", "shufflenet_v2_x0_5",
    "squeezenet1_1", "densenet121", "googlenet", "inception_v3", "regnet_y_400mf",
    "convnext_tiny", "vit_b_16", "swin_t", "mnasnet0_5",
]
TIMM = ["deit_tiny_patch16_224", "mobilevit_xxs"]


class Noise(CalibrationDataReader):
    """Eight batches of noise, smooth enough to look like pictures."""

    def __init__(self, name, size):
        random = np.random.default_rng(1)
        self.batches = iter(
            {name: random.normal(size=(1, 3, size, size)).astype(np.float32)} for _ in range(8)
        )

    def get_next(self):
        return next(self.batches, None)


def model(name):
    torch.manual_seed(1)
    if name in TIMM:
        import timm

        return timm.create_model(name, pretrained=False).eval()
    import torchvision

    more = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
    made = getattr(torchvision.models, name)(weights=None, **more).eval()
    if name in ("googlenet", "inception_v3"):
        made.aux_logits = False
    # Random statistics of normalisation, as training leaves them.
    for module in made.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 1.5)
            module.weight.data.uniform_(0.7, 1.3)
            module.bias.data.normal_(0, 0.1)
    return made


def attempt(what, action):
    try:
        action()
        print("made", what, flush=True)
    except Exception as problem:  # a tool that fails on a model is a result here
        print("FAILED", what, type(problem).__name__, str(problem).split("\n")[0][:200], flush=True)
        if os.environ.get("PEERS_TRACE"):
            traceback.print_exc()


def make(name, out):
    size = 299 if name == "inception_v3" else 256 if name == "mobilevit_xxs" else 224
    network = model(name)
    x = torch.randn(1, 3, size, size)
    old = f"{out}/{name}-old.onnx"
    names = dict(input_names=["input"], output_names=["logits"])

    def export_old():
        torch.onnx.export(
            network, x, old, opset_version=17, dynamo=False,
            dynamic_axes={"input": {0: "n"}, "logits": {0: "n"}}, **names)

    def export_new():
        torch.onnx.export(
            network, (torch.randn(2, 3, size, size),), f"{out}/{name}-new.onnx", dynamo=True,
            dynamic_shapes=({0: torch.export.Dim("n")},), external_data=False, **names)

    attempt(f"{name}-old", export_old)
    attempt(f"{name}-new", export_new)
    if not os.path.exists(old):
        return
    prepared = f"{out}/{name}-prepared.onnx"
    try:
        quant_pre_process(old, prepared)
    except Exception:  # its symbolic shapes fail on some; quantizing goes without
        prepared = old
    for channel in (False, True):
        how = "channel" if channel else "tensor"
        for form, quant_format in (("qdq", QuantFormat.QDQ), ("qop", QuantFormat.QOperator)):
            attempt(
                f"{name}-{form}-{how}",
                lambda: quantize_static(
                    prepared, f"{out}/{name}-{form}-{how}.onnx", Noise("input", size),
                    quant_format=quant_format, per_channel=channel,
                    activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8))
        attempt(
            f"{name}-dynamic-{how}",
            lambda: quantize_dynamic(
                prepared, f"{out}/{name}-dynamic-{how}.onnx", per_channel=channel,
                weight_type=QuantType.QUInt8))
    if prepared != old:
        os.remove(prepared)


if __name__ == "__main__":
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    for each in sys.argv[2:] or TORCHVISION + TIMM:
        make(each, folder)
