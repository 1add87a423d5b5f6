#!/usr/bin/env python3
"""Has Plumbline read the models of make.py and compares it with ONNX Runtime, layer by layer.

Usage: bench/peers/verify.py FOLDER [--pictures N] [PATTERN ...]

One line per model: whether it can be differentiated, the largest relative difference of the logits,
on how many of the pictures the labels agree, and the first layer outside the tolerance. Needs the
built distribution (./plumbline --version) and the Python packages numpy and pillow.
"""
import argparse
import fnmatch
import json
import os
import subprocess
import sys
import tempfile

import numpy as np
from PIL import Image

PLUMBLINE = os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "..", "..", "host", "target", "plumbline", "bin", "plumbline")


def pictures(folder, size, count):
    """Smooth noise, as PNG files in class folders."""
    random = np.random.default_rng(2)
    for i in range(count):
        coarse = random.integers(0, 256, size=(8, 8, 3), dtype=np.uint8)
        where = os.path.join(folder, str(i % 2))
        os.makedirs(where, exist_ok=True)
        Image.fromarray(coarse).resize((size, size), Image.BICUBIC).save(f"{where}/{i}.png")


def verify(file, data):
    command = [PLUMBLINE, "inspect", file, "--verify", "--data", data, "--json",
               "--mean", "0.485,0.456,0.406", "--std", "0.229,0.224,0.225", "--accelerator", "cpu"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        return f"exit {done.returncode}: {done.stderr.strip().splitlines()[-1][:220]}"
    found = json.loads(done.stdout)["verification"]
    logits = found["layers"][-1]
    return (f"logits {logits['relative_difference']:8.1e}  labels {found['same_labels']}/{found['pictures']}"
            f"  first outside {found['first_outside']}")


def main():
    options = argparse.ArgumentParser()
    options.add_argument("folder")
    options.add_argument("--pictures", type=int, default=16)
    options.add_argument("patterns", nargs="*")
    options = options.parse_intermixed_args()
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for file in sorted(f for f in os.listdir(options.folder) if f.endswith(".onnx")):
            if options.patterns and not any(fnmatch.fnmatch(file, p) for p in options.patterns):
                continue
            size = 299 if file.startswith("inception") else 256 if file.startswith("mobilevit") else 224
            data = f"{folder}/{size}"
            if not os.path.exists(data):
                pictures(data, size, options.pictures)
            answer = verify(os.path.join(options.folder, file), data)
            failed += answer.startswith("exit")
            print(f"{file:40} {answer}", flush=True)
    print(f"{failed} not verified")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
