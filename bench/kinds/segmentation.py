"""Trains a tiny segmenter of shapes and writes it with annotated pictures and what oracles say.

    python3 segmentation.py FOLDER

FOLDER gets segmenter.onnx (N x 3 x 32 x 32 in 0 to 1, to logits N x 4 x 32 x 32), pictures/ and
masks/, and scores.json: mean IoU and pixel accuracy of the model on the pictures in ONNX Runtime,
by scikit-learn. Needs torch, onnx, onnxruntime, scikit-learn. Half a minute on a CPU.
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

SIZE, CLASSES, PICTURES = 32, len(shapes.CLASSES), 40


class Segmenter(nn.Module):
    def __init__(self):
        super().__init__()

        def block(into, out, stride=1):
            return nn.Sequential(nn.Conv2d(into, out, 3, stride, 1, bias=False), nn.BatchNorm2d(out),
                                 nn.ReLU())

        self.fine = block(3, 12)
        self.coarse = nn.Sequential(block(12, 24, 2), block(24, 24, 2), block(24, 24))
        self.up = nn.Upsample(scale_factor=4, mode="nearest")
        self.head = nn.Sequential(block(36, 16), nn.Conv2d(16, CLASSES, 1))

    def forward(self, pictures):
        fine = self.fine(pictures)
        return self.head(torch.cat([fine, self.up(self.coarse(fine))], 1))


def train(steps=500):
    torch.manual_seed(1)
    images, masks = map(torch.from_numpy, shapes.arrays(shapes.pictures(1500, 100, SIZE,
                                                                        colours="any")))
    model = Segmenter()
    optimizer = torch.optim.Adam(model.parameters(), 4e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 8e-3, steps)
    for step in range(steps):
        some = torch.randint(0, len(images), (48,))
        loss = nn.functional.cross_entropy(model(images[some]), masks[some])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if step % 100 == 99:
            print(step + 1, round(loss.item(), 4), flush=True)
    return model.eval()


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "segmenter.onnx"
    torch.onnx.export(train(), torch.zeros(1, 3, SIZE, SIZE), file, input_names=["pictures"],
                      output_names=["logits"], dynamic_axes={"pictures": {0: "N"}, "logits": {0: "N"}},
                      opset_version=17, dynamo=False)
    some = shapes.pictures(PICTURES, 7, SIZE, colours="any")
    shapes.write(folder / "pictures", some)
    shapes.write_masks(folder / "masks", some)
    images, masks = shapes.arrays(some)
    found = onnxruntime.InferenceSession(file).run(None, {"pictures": images})[0].argmax(1)
    scores = {
        "mean_iou": sklearn.metrics.jaccard_score(masks.ravel(), found.ravel(), average="macro"),
        "pixel_accuracy": sklearn.metrics.accuracy_score(masks.ravel(), found.ravel()),
    }
    (folder / "scores.json").write_text(json.dumps(scores, indent=2) + "\n")
    print(scores, file.stat().st_size, "bytes")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]))
