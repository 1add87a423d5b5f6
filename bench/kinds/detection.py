"""Trains a tiny detector of shapes and writes it with annotated pictures and what oracles say.

    python3 detection.py FOLDER

FOLDER gets detector.onnx (N x 3 x 48 x 48 in 0 to 1, to N x 7 x 144 as YOLOv8 has it: centre, width
and height in pixels, then probabilities of 3 classes), pictures/, coco.json, labels/ (YOLO), voc/
(Pascal VOC), classes.txt and scores.json: COCO's mAP of the model on the pictures in ONNX Runtime
after torchvision's batched_nms, by pycocotools. Needs torch, torchvision, onnx, onnxruntime, pycocotools.
A minute on a CPU.
"""

import contextlib
import io
import json
import pathlib
import sys

import numpy
import onnx
import onnxruntime
import torch
import torchvision
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from torch import nn

import shapes

SIZE, STRIDE, CLASSES, PICTURES = 48, 4, shapes.CLASSES[1:], 40
CELLS = SIZE // STRIDE


class Detector(nn.Module):
    def __init__(self):
        super().__init__()

        def block(into, out):
            return nn.Sequential(nn.Conv2d(into, out, 3, 1, 1, bias=False), nn.BatchNorm2d(out),
                                 nn.ReLU())

        self.features = nn.Sequential(block(3, 12), nn.MaxPool2d(2), block(12, 24), nn.MaxPool2d(2),
                                      block(24, 32), block(32, 32), block(32, 32))
        self.sides = nn.Conv2d(32, 4, 1)
        self.classes = nn.Conv2d(32, len(CLASSES), 1)
        nn.init.constant_(self.classes.bias, -3)
        at = (torch.arange(CELLS) + 0.5) * STRIDE
        y, x = torch.meshgrid(at, at, indexing="ij")
        self.register_buffer("centres", torch.stack([x, y]).reshape(1, 2, -1))

    def raw(self, pictures):
        """Corners in pixels, N x 4 x cells, and logits of classes, N x 3 x cells."""
        features = self.features(pictures)
        sides = nn.functional.relu(self.sides(features).flatten(2) * 4 + 10)
        corners = torch.cat([self.centres - sides[:, :2], self.centres + sides[:, 2:]], 1)
        return corners, self.classes(features).flatten(2)

    def forward(self, pictures):
        corners, logits = self.raw(pictures)
        first, last = corners[:, :2], corners[:, 2:]
        return torch.cat([(first + last) / 2, last - first, torch.sigmoid(logits)], 1)


def targets(some):
    """For each cell the class, or -1, and the corners of the shape whose middle is near."""
    classes = numpy.full((len(some), CELLS * CELLS), -1, numpy.int64)
    corners = numpy.zeros((len(some), 4, CELLS * CELLS), numpy.float32)
    at = (numpy.arange(CELLS) + 0.5) * STRIDE
    y, x = numpy.meshgrid(at, at, indexing="ij")
    for number, picture in enumerate(some):
        for x1, y1, x2, y2, kind in picture.boxes:
            near = (abs(x - (x1 + x2) / 2) < STRIDE) & (abs(y - (y1 + y2) / 2) < STRIDE)
            classes[number, near.ravel()] = kind - 1
            corners[number][:, near.ravel()] = numpy.array([[x1], [y1], [x2], [y2]])
    return torch.from_numpy(classes), torch.from_numpy(corners)


def train(steps=700):
    torch.manual_seed(1)
    some = shapes.pictures(1500, 100, SIZE, colours="any")
    images = torch.from_numpy(shapes.arrays(some)[0])
    classes, corners = targets(some)
    model = Detector()
    schedule_of = torch.optim.Adam(model.parameters(), 4e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(schedule_of, 8e-3, steps)
    for step in range(steps):
        batch = torch.randint(0, len(images), (32,))
        found, logits = model.raw(images[batch])
        positive = classes[batch] >= 0
        wanted = nn.functional.one_hot(classes[batch].clamp(0), len(CLASSES)).float()
        wanted = (wanted * positive[..., None]).transpose(1, 2)
        loss = torchvision.ops.sigmoid_focal_loss(logits, wanted, 0.5, 1.5, "sum") / positive.sum()
        loss = loss + torchvision.ops.generalized_box_iou_loss(
            found.transpose(1, 2)[positive], corners[batch].transpose(1, 2)[positive], "mean")
        schedule_of.zero_grad()
        loss.backward()
        schedule_of.step()
        schedule.step()
        if step % 100 == 99:
            print(step + 1, round(loss.item(), 4), flush=True)
    return model.eval()


def coco(some):
    annotations = []
    for number, picture in enumerate(some, 1):
        for x1, y1, x2, y2, kind in picture.boxes:
            annotations.append({"id": len(annotations) + 1, "image_id": number, "category_id": kind,
                                "bbox": [x1, y1, x2 - x1, y2 - y1],
                                "area": (x2 - x1) * (y2 - y1), "iscrowd": 0})
    return {
        "images": [{"id": i, "file_name": name + ".png", "width": SIZE, "height": SIZE}
                   for i, name in enumerate(shapes.names(len(some)), 1)],
        "annotations": annotations,
        "categories": [{"id": i, "name": name} for i, name in enumerate(CLASSES, 1)],
    }


def yolo(picture):
    return "".join(
        f"{kind - 1} {(x1 + x2) / 2 / SIZE:.6f} {(y1 + y2) / 2 / SIZE:.6f}"
        f" {(x2 - x1) / SIZE:.6f} {(y2 - y1) / SIZE:.6f}\n" for x1, y1, x2, y2, kind in picture.boxes)


def voc(picture):
    return (f"<annotation>\n<size><width>{SIZE}</width><height>{SIZE}</height></size>\n" + "".join(
        f"<object><name>{shapes.CLASSES[kind]}</name><bndbox><xmin>{x1 + 1}</xmin>"
        f"<ymin>{y1 + 1}</ymin><xmax>{x2}</xmax><ymax>{y2}</ymax></bndbox></object>\n"
        for x1, y1, x2, y2, kind in picture.boxes) + "</annotation>\n")


def scores(truth, outputs):
    results = []
    for number, (output) in enumerate(torch.from_numpy(outputs), 1):
        centre, size, probabilities = output[:2].T, output[2:4].T, output[4:].T
        anchor, label = (probabilities >= 0.001).nonzero(as_tuple=True)
        boxes = torch.cat([centre - size / 2, centre + size / 2], 1)[anchor]
        score = probabilities[anchor, label]
        for i in torchvision.ops.batched_nms(boxes, score, label, 0.45)[:300].tolist():
            x1, y1, x2, y2 = boxes[i].tolist()
            results.append({"image_id": number, "category_id": int(label[i]) + 1,
                            "score": float(score[i]), "bbox": [x1, y1, x2 - x1, y2 - y1]})
    with contextlib.redirect_stdout(io.StringIO()):
        of = COCO()
        of.dataset = truth
        of.createIndex()
        evaluation = COCOeval(of, of.loadRes(results), "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return {"map": float(evaluation.stats[0]), "map_50": float(evaluation.stats[1])}


def declare_shape(file):
    """PyTorch leaves the dimensions open that follow from a slice."""
    model = onnx.load(file)
    dims = model.graph.output[0].type.tensor_type.shape.dim
    dims[1].dim_value, dims[2].dim_value = 4 + len(CLASSES), CELLS * CELLS
    onnx.save(model, file)


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "detector.onnx"
    torch.onnx.export(train(), torch.zeros(1, 3, SIZE, SIZE), file, input_names=["images"],
                      output_names=["output0"], dynamic_axes={"images": {0: "N"}, "output0": {0: "N"}},
                      opset_version=17, dynamo=False)
    declare_shape(file)
    some = shapes.pictures(PICTURES, 7, SIZE, colours="any")
    shapes.write(folder / "pictures", some)
    truth = coco(some)
    (folder / "coco.json").write_text(json.dumps(truth, separators=(",", ":")) + "\n")
    (folder / "classes.txt").write_text("\n".join(CLASSES) + "\n")
    for kind, ending, text in ("labels", "txt", yolo), ("voc", "xml", voc):
        (folder / kind).mkdir(exist_ok=True)
        for name, picture in zip(shapes.names(len(some)), some):
            (folder / kind / f"{name}.{ending}").write_text(text(picture))
    outputs = onnxruntime.InferenceSession(file).run(None, {"images": shapes.arrays(some)[0]})[0]
    measured = scores(truth, outputs)
    (folder / "scores.json").write_text(json.dumps(measured, indent=2) + "\n")
    print(measured, outputs.shape, file.stat().st_size, "bytes")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]))
