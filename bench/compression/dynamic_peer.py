"""Compares dynamic int8 models with what ONNX Runtime's own quantize_dynamic makes of the original.

Usage: python3 dynamic_peer.py ORIGINAL.onnx DYNAMIC.onnx IMAGES.idx3-ubyte.gz MEAN STD
(onnxruntime 1.32.0)
"""

import gzip
import sys
import tempfile

import numpy as np
import onnxruntime as ort
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process

PICTURES = 1000


def logits(model, pictures):
    session = ort.InferenceSession(model, providers=["CPUExecutionProvider"])
    # Ranges are those of a batch: a device sees one picture at a time.
    return np.concatenate([session.run(None, {"input": p[None]})[0] for p in pictures])


def main(original, ours, images, mean, std):
    with gzip.open(images) as file:
        pixels = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 1, 28, 28)
    pictures = (pixels[:PICTURES].astype(np.float32) / 255 - np.float32(mean)) / np.float32(std)
    with tempfile.TemporaryDirectory() as folder:
        prepared, theirs = f"{folder}/prepared.onnx", f"{folder}/dynamic.onnx"
        quant_pre_process(original, prepared, skip_symbolic_shape=True)
        wanted = logits(original, pictures)
        for name, options in (("tensor", {}), ("channel", {"per_channel": True})):
            quantize_dynamic(prepared, theirs, weight_type=QuantType.QUInt8, **options)
            report(f"quantize_dynamic per {name}", wanted, logits(theirs, pictures))
    report("Plumbline", wanted, logits(ours, pictures))


def report(name, wanted, found):
    same = np.mean(wanted.argmax(1) == found.argmax(1))
    noise = 10 * np.log10(np.sum(wanted**2) / np.sum((wanted - found) ** 2))
    print(f"{name}: {100 * same:.1f} % of the original's labels, {noise:.1f} dB")


if __name__ == "__main__":
    main(*sys.argv[1:4], float(sys.argv[4]), float(sys.argv[5]))
