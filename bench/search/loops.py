"""The published search written in PyTorch: as published, and batched by hand.

Both walk as Li et al. (COMPD, algorithm 1) say: gradient descent at rate 0.9 on the normalised input
down the negative difference of the logits at the original's label, each step's change clipped per
channel; what each step makes is classed on its 8-bit form.
"""
import copy
import gc
import io
import os
import tempfile

import numpy as np
import torch
from PIL import Image

RATE = 0.9
EFFECTIVE, INVALID, VALID = "effective", "invalid", "valid"


class Pair:
    """Both models and the arithmetic between pictures and their input."""

    def __init__(self, original, compressed, mean, std, clip, device="cpu"):
        shape = (1, -1, 1, 1)
        self.original, self.compressed, self.device = original, compressed, device
        self.mean = torch.tensor(mean, device=device).reshape(shape)
        self.std = torch.tensor(std, device=device).reshape(shape)
        self.clip = torch.tensor(clip, device=device).reshape(shape)

    def to_input(self, pixels):
        return (pixels.to(self.device).float() / 255 - self.mean) / self.std

    def to_pixels(self, inputs):
        return ((inputs * self.std + self.mean) * 255).round().clamp(0, 255).to(torch.uint8)

    def labels(self, pixels):
        with torch.no_grad():
            inputs = self.to_input(pixels)
            return self.original(inputs).argmax(1), self.compressed(inputs).argmax(1)


class Counts:
    """What a search came to."""

    def __init__(self):
        self.of = {EFFECTIVE: 0, INVALID: 0, VALID: 0}
        self.seeds = set()

    def add(self, seed, seed_label, original, compressed):
        if original != seed_label:
            self.of[INVALID] += 1
        elif compressed != seed_label:
            self.of[EFFECTIVE] += 1
            self.seeds.add(seed)
        else:
            self.of[VALID] += 1

    @property
    def mutated(self):
        return sum(self.of.values())


def batched(pair, seeds, steps, batch):
    """Many seeds at once; what is rounded stays in memory."""
    counts = Counts()
    for start in range(0, len(seeds), batch):
        pixels = torch.from_numpy(seeds[start:start + batch])
        seed_labels = pair.labels(pixels)[0].tolist()
        x = pair.to_input(pixels)
        for _ in range(steps):
            x.requires_grad_(True)
            original, compressed = pair.original(x), pair.compressed(x)
            label = original.argmax(1, keepdim=True)
            loss = -(original.gather(1, label) - compressed.gather(1, label)).sum()
            (gradient,) = torch.autograd.grad(loss, x)
            change = torch.clamp(-RATE * gradient, -pair.clip, pair.clip)
            x = (x.detach() + change)
            by_original, by_compressed = (labels.tolist() for labels in pair.labels(pair.to_pixels(x)))
            for row in range(len(x)):
                counts.add(start + row, seed_labels[row], by_original[row], by_compressed[row])
    return counts


def published(pair, seeds, steps):
    """One seed at a time: an optimizer, a deep copy, a JPEG file and a garbage collection for each
    step; then all files are read again and classed, a hundred at a time."""
    counts = Counts()
    seed_labels = []
    with tempfile.TemporaryDirectory() as folder:
        for number, picture in enumerate(seeds):
            x = pair.to_input(torch.from_numpy(picture[None])).requires_grad_(True)
            optimizer = torch.optim.SGD([x], lr=RATE)
            for step in range(steps):
                before = x.data.clone()
                compressed, original = pair.compressed(x), pair.original(x)
                label = original.max(1)[1]
                if step == 0:
                    seed_labels.append(int(label))
                loss = -(original[0, label] - compressed[0, label]).sum()
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                x.data = before + torch.clamp(x.data - before, -pair.clip, pair.clip)
                kept = copy.deepcopy(x.detach().float().cpu().numpy())
                save(pair, kept, os.path.join(folder, f"{number}_{step}.jpg"))
                gc.collect()
        names = sorted(os.listdir(folder))
        for start in range(0, len(names), 100):
            part = names[start:start + 100]
            pixels = np.stack([read(os.path.join(folder, name)) for name in part])
            by_original, by_compressed = pair.labels(torch.from_numpy(pixels))
            for row, name in enumerate(part):
                number = int(name.split("_")[0])
                counts.add(number, seed_labels[number], int(by_original[row]), int(by_compressed[row]))
    return counts


def save(pair, array, file):
    pixels = (array * pair.std.cpu().numpy() + pair.mean.cpu().numpy()) * 255
    pixels = pixels[0].clip(0, 255).astype(np.uint8)
    image = Image.fromarray(pixels[0] if len(pixels) == 1 else pixels.transpose(1, 2, 0))
    content = io.BytesIO()
    # OpenCV's quality, with which the published code saves.
    image.save(content, "JPEG", quality=95)
    with open(file, "wb") as out:
        out.write(content.getvalue())


def read(file):
    array = np.asarray(Image.open(file))
    return array[None] if array.ndim == 2 else array.transpose(2, 0, 1)
