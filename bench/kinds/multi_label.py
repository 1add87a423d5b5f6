"""Trains a tiny model that says which shapes are on a picture, and writes it with annotated pictures.

    python3 multi_label.py FOLDER

FOLDER gets labeller.onnx (N x 3 x 32 x 32 in 0 to 1, to the probabilities N x 3 of a sigmoid),
pictures/, classes.txt, labels.csv, and scores.json: mAP and F1 of the model on the pictures in ONNX
Runtime, by scikit-learn. Needs torch, onnx, onnxruntime, scikit-learn. Half a minute on a CPU.
"""

import json
import pathlib
import sys

import numpy
import onnxruntime
import sklearn.metrics
import torch
from torch import nn

import shapes

SIZE, CLASSES, PICTURES = 32, shapes.CLASSES[1:], 40


class Labeller(nn.Module):
    def __init__(self):
        super().__init__()

        def block(into, out):
            return nn.Sequential(nn.Conv2d(into, out, 3, 1, 1, bias=False), nn.BatchNorm2d(out),
                                 nn.ReLU())

        self.features = nn.Sequential(block(3, 12), nn.MaxPool2d(2), block(12, 24), nn.MaxPool2d(2),
                                      block(24, 32), nn.Conv2d(32, len(CLASSES), 1))

    def forward(self, pictures):
        return self.features(pictures).amax((2, 3))


def flags(some):
    """Which classes are there: float32, N x 3."""
    return numpy.array([[c + 1 in p.labels for c in range(len(CLASSES))] for p in some],
                       numpy.float32)


def train(steps=300):
    torch.manual_seed(1)
    some = shapes.pictures(1000, 100, SIZE, colours="any")
    images = torch.from_numpy(shapes.arrays(some)[0])
    truth = torch.from_numpy(flags(some))
    model = Labeller()
    optimizer = torch.optim.Adam(model.parameters(), 4e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 8e-3, steps)
    for step in range(steps):
        batch = torch.randint(0, len(images), (48,))
        loss = nn.functional.binary_cross_entropy_with_logits(model(images[batch]), truth[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if step % 50 == 49:
            print(step + 1, round(loss.item(), 4), flush=True)
    return nn.Sequential(model, nn.Sigmoid()).eval()


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "labeller.onnx"
    torch.onnx.export(train(), torch.zeros(1, 3, SIZE, SIZE), file, input_names=["pictures"],
                      output_names=["shapes"], dynamic_axes={"pictures": {0: "N"}, "shapes": {0: "N"}},
                      opset_version=17, dynamo=False)
    some = shapes.pictures(PICTURES, 7, SIZE, colours="any")
    paths = shapes.write(folder / "pictures", some)
    (folder / "classes.txt").write_text("".join(name + "\n" for name in CLASSES))
    (folder / "labels.csv").write_text("picture,labels\n" + "".join(
        f"{path.name},{';'.join(shapes.CLASSES[c] for c in sorted(p.labels))}\n"
        for path, p in zip(paths, some)))
    truth = flags(some)
    found = onnxruntime.InferenceSession(file).run(None, {"pictures": shapes.arrays(some)[0]})[0]
    scores = {
        "mean_average_precision": sklearn.metrics.average_precision_score(truth, found,
                                                                          average="macro"),
        "f1_micro": sklearn.metrics.f1_score(truth, found >= 0.5, average="micro"),
        "f1_macro": sklearn.metrics.f1_score(truth, found >= 0.5, average="macro"),
    }
    (folder / "scores.json").write_text(json.dumps(scores, indent=2) + "\n")
    print(scores, file.stat().st_size, "bytes")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]))
