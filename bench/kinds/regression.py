"""Trains a tiny model that says how much of a picture a shape covers, and writes it with pictures.

    python3 regression.py FOLDER

FOLDER gets area.onnx (N x 3 x 32 x 32 in 0 to 1, to the percentage of the pixels, N x 1), pictures/,
areas.csv, and scores.json: MAE and RMSE of the model on the pictures in ONNX Runtime, by
scikit-learn. Needs torch, onnx, onnxruntime, scikit-learn. A minute on a CPU.
"""

import json
import pathlib
import sys

import numpy
import sklearn.metrics
from torch import nn

import shapes
import small


class Area(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(small.block(3, 12), nn.MaxPool2d(2), small.block(12, 24),
                                      nn.MaxPool2d(2), small.block(24, 24))
        self.head = nn.Linear(24, 1)

    def forward(self, pictures):
        return self.head(self.features(pictures).mean((2, 3)))


def percentages(some):
    return numpy.array([[100 * (p.mask > 0).mean()] for p in some], numpy.float32)


def main(folder):
    file = folder / "area.onnx"
    small.export(small.train(Area(), nn.SmoothL1Loss(), percentages), file, "area")
    some = small.some()
    paths = shapes.write(folder / "pictures", some)
    truth = percentages(some)
    (folder / "areas.csv").write_text("picture,percent\n" + "".join(
        f"{path.name},{value:.4f}\n" for path, value in zip(paths, truth[:, 0])))
    truth = numpy.round(truth.astype(numpy.float64), 4)
    found = small.run(file, some)
    scores = {"mae": sklearn.metrics.mean_absolute_error(truth, found),
              "rmse": sklearn.metrics.root_mean_squared_error(truth, found)}
    (folder / "scores.json").write_text(json.dumps(scores, indent=2) + "\n")
    print(scores, file.stat().st_size, "bytes")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]))
