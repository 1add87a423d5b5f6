"""Auto-PGD (Croce and Hein, "Reliable evaluation of adversarial robustness with an ensemble of diverse
parameter-free attacks", 2020) on the objective of `search --algorithm severity`: the peer of that search.

Maximised is min(o, -c): o is the original's margin of the label it gives the seed, c the compressed
model's margin of the same label; with a least confidence C, o is also at most the log odds less those
of C, so that the surest deviation is the best one here, and the most severe of those that are sure
enough in the search. Steps, checkpoints, momentum and the halving of steps are those of the published attack. Each
iterate is rounded to 8 bits for the pass through both models, whose gradient goes straight through the
rounding; what is found is judged by ONNX Runtime.
"""
import math

import numpy as np
import torch

MOMENTUM = 0.75
RHO = 0.75


def margin(logits, label):
    own = logits.gather(1, label)
    others = logits.scatter(1, label, -math.inf)
    return (own - others.max(1, keepdim=True).values).squeeze(1)


def log_odds(logits, label):
    own = logits.gather(1, label).squeeze(1)
    return own - logits.scatter(1, label, -math.inf).logsumexp(1)


class Objective:
    def __init__(self, pair, label, min_confidence):
        self.pair, self.label = pair, label
        self.least = math.log(min_confidence / (1 - min_confidence)) if min_confidence else None

    def __call__(self, x):
        """Values and gradient with respect to pixels of 0 to 255."""
        x = x.detach().requires_grad_(True)
        inputs = self.pair.to_input(x + (x.round() - x).detach())
        original, compressed = self.pair.original(inputs), self.pair.compressed(inputs)
        held = margin(original, self.label)
        if self.least is not None:
            held = torch.minimum(held, log_odds(original, self.label) - self.least)
        values = torch.minimum(held, -margin(compressed, self.label))
        (gradient,) = torch.autograd.grad(values.sum(), x)
        return values.detach(), gradient


def checkpoints(steps):
    points, share, before = [0], 0.22, 0.0
    while math.ceil(share * steps) <= steps:
        points.append(math.ceil(share * steps))
        share, before = share + max(share - before - 0.03, 0.06), share
    return points[1:]


def attack(objective, judge, seeds, radius, steps, restarts, random_seed):
    """`judge(pixels)` is told of each picture that is better than all before it in its restart."""
    generator = torch.Generator().manual_seed(random_seed)
    low, high = (seeds - radius).clamp(0, 255), (seeds + radius).clamp(0, 255)
    each = (-1, 1, 1, 1)

    def within(x):
        return torch.maximum(torch.minimum(x, high), low)

    for restart in range(restarts):
        x = within(seeds + radius * (2 * torch.rand(seeds.shape, generator=generator) - 1))
        step = torch.full((len(seeds),), 2.0 * radius)
        value, gradient = objective(x)
        best, best_x, best_gradient = value.clone(), x.clone(), gradient.clone()
        judge(x.round())
        previous, points = x.clone(), checkpoints(steps)
        risen, since = torch.zeros(len(seeds)), 0
        last_best, last_halved = best.clone(), torch.zeros(len(seeds), dtype=torch.bool)
        for k in range(1, steps):
            momentum = 1.0 if k == 1 else MOMENTUM
            z = within(x + step.reshape(each) * gradient.sign())
            moved = within(x + momentum * (z - x) + (1 - momentum) * (x - previous))
            previous, x = x, moved
            before = value
            value, gradient = objective(x)
            risen, since = risen + (value > before), since + 1
            better = value > best
            if better.any():
                judge(x.round(), better)
            best = torch.where(better, value, best)
            best_x[better], best_gradient[better] = x[better], gradient[better]
            if k in points:
                halve = (risen < RHO * since) | (~last_halved & (best <= last_best))
                step = torch.where(halve, step / 2, step)
                x[halve], gradient[halve], value[halve] = best_x[halve], best_gradient[halve], best[halve]
                previous[halve] = x[halve]
                last_best, last_halved = best.clone(), halve
                risen, since = torch.zeros(len(seeds)), 0


class Judge:
    """The deepest deviation of each seed in ONNX Runtime, with the original at least so sure."""

    def __init__(self, original, compressed, labels, min_confidence):
        self.original, self.compressed = original, compressed
        self.labels, self.min_confidence = labels, min_confidence
        self.severity = np.zeros(len(labels))
        self.asked = 0

    def __call__(self, pixels, rows=None):
        rows = np.arange(len(self.labels)) if rows is None else np.flatnonzero(rows.numpy())
        pixels = pixels.numpy()[rows]
        original, compressed = self.original(pixels), self.compressed(pixels)
        self.asked += len(rows)
        first = np.sort(original, 1)[:, -1] - np.sort(original, 1)[:, -2]
        other = np.sort(compressed, 1)[:, -1] - np.sort(compressed, 1)[:, -2]
        odds = np.exp(original - original.max(1, keepdims=True))
        sure = odds.max(1) / odds.sum(1) >= self.min_confidence
        deviates = (original.argmax(1) == self.labels[rows]) & (compressed.argmax(1) != self.labels[rows])
        severity = np.where(deviates & sure, np.minimum(first, other), 0)
        self.severity[rows] = np.maximum(self.severity[rows], severity)
