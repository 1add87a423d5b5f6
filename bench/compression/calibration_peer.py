"""Compares the agreement of static int8 models with that of ONNX Runtime's own quantize_static.

Usage: python3 calibration_peer.py ORIGINAL.onnx CALIBRATION TEST MEAN STD [OURS.onnx ...]

CALIBRATION and TEST are folders of pictures of the model's size, at any depth; MEAN and STD are lists with commas.
For each of ONNX Runtime's calibrations (MinMax, Percentile, Entropy), and for each of OURS, prints the share of the
test pictures with the original's label and the signal to noise of the logits. (onnxruntime 1.32.0, Pillow)
"""

import pathlib
import sys
import tempfile

import numpy as np
import onnxruntime as ort
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)
from onnxruntime.quantization.shape_inference import quant_pre_process
from PIL import Image

BATCH = 16


class Pictures(CalibrationDataReader):
    """One picture at a time, as ONNX Runtime's histograms want them."""

    def __init__(self, name, inputs):
        self.items = iter([{name: one[None]} for one in inputs])

    def get_next(self):
        return next(self.items, None)


def read(folder, mean, std):
    files = sorted(p for p in pathlib.Path(folder).rglob("*") if p.suffix.lower() in (".png", ".jpg"))
    shape = (-1, 1, 1)
    pixels = [np.asarray(Image.open(f), np.float32) for f in files]
    pixels = [p[None] if p.ndim == 2 else p.transpose(2, 0, 1) for p in pixels]
    return [(p / 255 - mean.reshape(shape)) / std.reshape(shape) for p in pixels]


def logits(model, inputs):
    session = ort.InferenceSession(model, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    parts = [np.stack(inputs[i : i + BATCH]) for i in range(0, len(inputs), BATCH)]
    return np.concatenate([session.run(None, {name: part})[0] for part in parts])


def report(who, wanted, found):
    same = int(np.sum(wanted.argmax(1) == found.argmax(1)))
    noise = 10 * np.log10(np.sum(wanted**2) / max(np.sum((wanted - found) ** 2), 1e-30))
    print(f"| {who} | {same} of {len(wanted)} ({100 * same / len(wanted):.1f} %) | {noise:.1f} dB |", flush=True)


def main(original, calibration, test, mean, std, *ours):
    mean, std = (np.array([float(v) for v in text.split(",")], np.float32) for text in (mean, std))
    learned, tested = read(calibration, mean, std), read(test, mean, std)
    wanted = logits(original, tested)
    print("| who | labels of the original | logits |\n| --- | --- | --- |")
    for model in ours:
        report(pathlib.Path(model).stem, wanted, logits(model, tested))
    name = ort.InferenceSession(original, providers=["CPUExecutionProvider"]).get_inputs()[0].name
    with tempfile.TemporaryDirectory() as folder:
        prepared, theirs = f"{folder}/prepared.onnx", f"{folder}/theirs.onnx"
        quant_pre_process(original, prepared, skip_symbolic_shape=True)
        for method in ("MinMax", "Percentile", "Entropy"):
            quantize_static(
                prepared,
                theirs,
                Pictures(name, learned),
                quant_format=QuantFormat.QDQ,
                per_channel=True,
                activation_type=QuantType.QUInt8,
                weight_type=QuantType.QInt8,
                calibrate_method=getattr(CalibrationMethod, method),
            )
            report(f"quantize_static {method}", wanted, logits(theirs, tested))


if __name__ == "__main__":
    main(*sys.argv[1:])
