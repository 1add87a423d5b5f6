#!/usr/bin/env python3
"""Plumbline's differentiable graph against PyTorch eager: forward, and forward and backward to the
input, at batch 64, on the same threads, in one run; what counts is the ratio.

Usage: bench/speed/compare.py [--threads N] [--size PIXELS] [--rounds N] [NAME ...]

NAMEs are those of bench/peers/make.py. Needs the built distribution (./plumbline --version) and the
Python packages torch 2.7, torchvision, timm and onnx. The two take turns, so that whatever else the
machine does hits both; the ratio is that of the medians.
"""
import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

# Before torch is loaded: threads that spin while the other side computes would spoil both.
os.environ["OMP_WAIT_POLICY"] = "PASSIVE"

import torch  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "peers"))
import make as peers  # noqa: E402


def eager(network, x, what):
    start = time.perf_counter()
    if what == "forward":
        with torch.no_grad():
            network(x)
    else:
        x = x.clone().requires_grad_(True)
        network(x).sum().backward()
    return time.perf_counter() - start


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--size", type=int, default=64)
    options.add_argument("--rounds", type=int, default=15)
    options.add_argument("names", nargs="*")
    options = options.parse_args()
    torch.set_num_threads(options.threads)
    lib = os.path.join(HERE, "..", "..", "host", "target", "plumbline", "lib", "*")
    print(f"{'model':24} {'pass':9} {'graph s':>9} {'eager s':>9} {'ratio':>6}")
    for name in options.names or ["resnet18", "mobilenet_v2", "densenet121"]:
        network = peers.model(name)
        for parameter in network.parameters():
            parameter.requires_grad_(False)
        x = torch.randn(64, 3, options.size, options.size)
        with tempfile.TemporaryDirectory() as folder:
            file = f"{folder}/{name}.onnx"
            # Normalisation stays as it is, so that both compute the same.
            torch.onnx.export(
                network, x[:1], file, opset_version=17, dynamo=False, do_constant_folding=False,
                training=torch.onnx.TrainingMode.PRESERVE, input_names=["input"],
                output_names=["logits"], dynamic_axes={"input": {0: "n"}, "logits": {0: "n"}})
            # As bin/plumbline has it.
            environment = dict(os.environ, DJL_OFFLINE="true", OPT_OUT_TRACKING="true",
                               ORT_DISABLE_TELEMETRY="1", MALLOC_ARENA_MAX="1",
                               MALLOC_MMAP_THRESHOLD_="1073741824",
                               MALLOC_TRIM_THRESHOLD_="1073741824")
            graph = subprocess.Popen(
                ["java", f"-Dai.djl.pytorch.num_threads={options.threads}",
                 "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", lib,
                 os.path.join(HERE, "GraphTimes.java"), file]
                + [str(d) for d in x.shape],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
            for what in ("forward", "backward"):
                ours, theirs = [], []
                for turn in range(options.rounds + 3):
                    graph.stdin.write(what + "\n")
                    graph.stdin.flush()
                    ours.append(float(graph.stdout.readline()))
                    theirs.append(eager(network, x, what))
                # The first turns warm up.
                a, b = statistics.median(ours[3:]), statistics.median(theirs[3:])
                print(f"{name:24} {what:9} {a:9.4f} {b:9.4f} {a / b:6.2f}", flush=True)
            graph.stdin.close()
            graph.wait()


if __name__ == "__main__":
    main()
