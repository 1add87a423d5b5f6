"""Trains a tiny model that maps pictures of one shape to vectors, and writes it with pictures.

    python3 embedding.py FOLDER

FOLDER gets embedder.onnx (N x 3 x 32 x 32 in 0 to 1, to vectors N x 16 of length 1), pictures/ with a
folder for each identity, pairs.csv, and scores.json: verification and recall@1 of the model on the
pictures in ONNX Runtime, by scikit-learn's roc_curve and NumPy; vectors.npy, those of the
pictures, references.npy, one for each identity, and cosines.json, those of each to each. Needs torch, onnx, onnxruntime,
scikit-learn. A minute on a CPU.
"""

import json
import pathlib
import sys

import numpy
import sklearn.metrics
import torch
from torch import nn

import shapes
import small

DIMENSIONS, SCALE = 16, 12


class Embedder(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(small.block(3, 12), nn.MaxPool2d(2), small.block(12, 24),
                                      nn.MaxPool2d(2), small.block(24, 32))
        self.head = nn.Linear(32, DIMENSIONS)

    def forward(self, pictures):
        return nn.functional.normalize(self.head(self.features(pictures).amax((2, 3))))


class CosineSoftmax(nn.Module):
    """Softmax over the cosines to a vector for each class (Wang et al., NormFace, 2017)."""

    def __init__(self):
        super().__init__()
        self.centres = nn.Parameter(torch.randn(3, DIMENSIONS, generator=torch.manual_seed(2)))

    def forward(self, vectors, classes):
        cosines = vectors @ nn.functional.normalize(self.centres).T
        return nn.functional.cross_entropy(SCALE * cosines, classes)


def classes(some):
    return numpy.array([p.boxes[0][4] - 1 for p in some], numpy.int64)


def verification(cosines, same):
    """The largest share of same pairs accepted at a share of the others; and the best accuracy."""
    false, true, thresholds = sklearn.metrics.roc_curve(same, cosines, drop_intermediate=False)
    rates = {f"tar_at_far_{name}": float(true[false <= float(name)].max())
             for name in ("1e-3", "1e-1", "1e-2", "1e-4", "1e-5")
             if (~same).sum() * float(name) >= 1}
    best = ((true + 1 - false) / 2).argmax()
    return rates | {"verification_accuracy": float((true[best] + 1 - false[best]) / 2)}


def main(folder):
    file = folder / "embedder.onnx"
    torch.manual_seed(1)
    small.export(small.train(Embedder(), CosineSoftmax(), classes), file, "embedding")
    some = small.some()
    names = [f"{shapes.CLASSES[p.boxes[0][4]]}/{name}.png"
             for p, name in zip(some, shapes.names(len(some)))]
    for p, name in zip(some, names):
        shapes.save(folder / "pictures" / name, p.image)
    # As float32, the order of the data: by class and name.
    order = sorted(range(len(names)), key=names.__getitem__)
    vectors = small.run(file, some)[order]
    vectors = (vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True)).astype(numpy.float32)
    cosines = (vectors.astype(numpy.float64) @ vectors.T.astype(numpy.float64)).astype(numpy.float32)
    of = classes(some)[order]
    first, second = numpy.triu_indices(len(of), 1)
    scores = verification(cosines[first, second], of[first] == of[second])
    numpy.fill_diagonal(cosines, -2)
    scores["recall_at_1"] = float((of[cosines.argmax(1)] == of).mean())
    random = numpy.random.default_rng(3)
    pairs = random.choice(len(first), 80, replace=False)
    lines = [f"{names[order[first[p]]]},{names[order[second[p]]]},{int(of[first[p]] == of[second[p]])}"
             for p in pairs]
    (folder / "pairs.csv").write_text("picture,other,same\n" + "\n".join(lines) + "\n")
    (folder / "scores.json").write_text(json.dumps(scores, indent=2) + "\n")
    enrol(folder, vectors, of)
    print(scores, file.stat().st_size, "bytes")


def enrol(folder, vectors, of):
    """Writes all vectors, the mean direction of each identity, and the cosine of each to each."""
    numpy.save(folder / "vectors.npy", vectors.astype(numpy.float32))
    means = numpy.stack([vectors[of == identity].mean(0) for identity in range(3)])
    numpy.save(folder / "references.npy", means.astype(numpy.float32))
    units = means / numpy.linalg.norm(means, axis=1, keepdims=True)
    (folder / "cosines.json").write_text(json.dumps((vectors @ units.T).tolist()) + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]))
