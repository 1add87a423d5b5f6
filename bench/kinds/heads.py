"""Makes the ends of detectors as exporters write them, for the tests.

    python3 heads.py FOLDER

Each file is a tiny graph without weights. Its input is what the detector of detection.py puts out,
`head` (1 x 7 x 144: centre, width and height in pixels, then probabilities of three classes), and the
tests join it to that detector. FOLDER gets

- ultralytics-nms.onnx: what `model.export(format="onnx", nms=True)` of Ultralytics appends, by
  Ultralytics' own class: output0, 1 x 30 x 6;
- torchvision-nms.onnx: torchvision's `batched_nms` as in the last step of its SSD: boxes M x 4,
  scores M, labels M, with labels from 1 and a background;
- selected.onnx: the operator NonMaxSuppression alone, made by onnx.helper: selected (M x 3), boxes
  (1 x 144 x 4), scores (1 x 3 x 144);
- table.onnx: what YOLOv7's export for ONNX Runtime lists of these: M x 7, the number of the picture,
  box, class, score.

Needs numpy, onnx, torch, torchvision and ultralytics; seconds on one core.
"""

import pathlib
import sys
import types

import numpy
import onnx
import torch
import torchvision
from onnx import TensorProto, helper, numpy_helper

SIDE, ANCHORS, CLASSES = 48, 144, 3
IOU, SCORE, MOST = 0.45, 0.25, 30


def corners(head):
    centre, size = head[:, :2], head[:, 2:4]
    return torch.cat([centre - size / 2, centre + size / 2], 1)


def export(model, folder, name, outputs):
    file = folder / name
    torch.onnx.export(
        model.eval(), (example(),), file, opset_version=17, input_names=["head"],
        output_names=outputs, dynamo=False)
    return file


def example():
    """Boxes in a grid, of which some overlap and some are sure."""
    generator = torch.Generator().manual_seed(1)
    head = torch.rand(1, 4 + CLASSES, ANCHORS, generator=generator)
    head[:, :4] *= SIDE / 2
    return head


class Ultralytics(torch.nn.Module):
    def __init__(self):
        super().__init__()
        from ultralytics.engine.exporter import NMSModel

        arguments = types.SimpleNamespace(
            conf=SCORE, iou=IOU, max_det=MOST, dynamic=False, batch=1, agnostic_nms=False,
            format="onnx", opset=17)
        head = torch.nn.Identity()
        head.task, head.names = "detect", {i: str(i) for i in range(CLASSES)}
        self.nms = NMSModel(head, arguments)

    def forward(self, head):
        # Ultralytics exports corners where it appends its suppression. The head's last dimension
        # stands for the side of the picture, by which it only scales.
        return self.nms(torch.cat([corners(head), head[:, 4:]], 1))


class Torchvision(torch.nn.Module):
    def forward(self, head):
        boxes = corners(head)[0].transpose(0, 1)
        objects = head[0, 4:].transpose(0, 1)
        background = 1 - objects.max(1, keepdim=True).values
        scores = torch.cat([background, objects], 1).clamp(1e-6).log().softmax(1)
        found, sure, labels = [], [], []
        for label in range(1, CLASSES + 1):
            score = scores[:, label]
            kept = score > SCORE
            score, box = score[kept], boxes[kept]
            found.append(box)
            sure.append(score)
            labels.append(torch.full_like(score, fill_value=label, dtype=torch.int64))
        found, sure, labels = torch.cat(found), torch.cat(sure), torch.cat(labels)
        kept = torchvision.ops.batched_nms(found, sure, labels, IOU)[:MOST]
        return found[kept], sure[kept], labels[kept]


def constant(name, values, type=numpy.int64):
    return numpy_helper.from_array(numpy.array(values, type), name)


def selected(folder):
    """The operator alone; and its table, which lists boxes of one picture."""
    nodes = [
        helper.make_node("Slice", ["head", "zero", "two", "one"], ["centre"]),
        helper.make_node("Slice", ["head", "two", "four", "one"], ["size"]),
        helper.make_node("Mul", ["size", "half"], ["arm"]),
        helper.make_node("Sub", ["centre", "arm"], ["first"]),
        helper.make_node("Add", ["centre", "arm"], ["last"]),
        helper.make_node("Concat", ["first", "last"], ["corners"], axis=1),
        helper.make_node("Transpose", ["corners"], ["boxes"], perm=[0, 2, 1]),
        helper.make_node("Slice", ["head", "four", "seven", "one"], ["scores"]),
        helper.make_node(
            "NonMaxSuppression", ["boxes", "scores", "most", "iou", "score"], ["selected"]),
    ]
    constants = [
        constant("zero", [0]), constant("one", [1]), constant("two", [2]), constant("four", [4]),
        constant("seven", [4 + CLASSES]), constant("half", 0.5, numpy.float32),
        constant("most", [MOST]), constant("iou", [IOU], numpy.float32),
        constant("score", [SCORE], numpy.float32)]
    floats = TensorProto.FLOAT
    outputs = [
        helper.make_tensor_value_info("selected", TensorProto.INT64, ["objects", 3]),
        helper.make_tensor_value_info("boxes", floats, [1, ANCHORS, 4]),
        helper.make_tensor_value_info("scores", floats, [1, CLASSES, ANCHORS])]
    write(folder / "selected.onnx", nodes, constants, outputs)
    table = [
        helper.make_node("Gather", ["selected", "zeroth"], ["picture"], axis=1),
        helper.make_node("Gather", ["selected", "first_"], ["class"], axis=1),
        helper.make_node("Gather", ["selected", "second"], ["box"], axis=1),
        helper.make_node("Concat", ["picture", "box"], ["of_box"], axis=1),
        helper.make_node("GatherND", ["boxes", "of_box"], ["object"]),
        helper.make_node("GatherND", ["scores", "selected"], ["sure"]),
        helper.make_node("Unsqueeze", ["sure", "one"], ["sure_"]),
        helper.make_node("Cast", ["picture"], ["picture_"], to=floats),
        helper.make_node("Cast", ["class"], ["class_"], to=floats),
        helper.make_node(
            "Concat", ["picture_", "object", "class_", "sure_"], ["output"], axis=1),
    ]
    places = [constant("zeroth", [0]), constant("first_", [1]), constant("second", [2])]
    write(
        folder / "table.onnx", nodes + table, constants + places,
        [helper.make_tensor_value_info("output", floats, ["objects", 7])])


def write(file, nodes, constants, outputs):
    head = helper.make_tensor_value_info("head", TensorProto.FLOAT, [1, 4 + CLASSES, ANCHORS])
    graph = helper.make_graph(nodes, "head", [head], outputs, constants)
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, file)


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    selected(folder)
    export(Ultralytics(), folder, "ultralytics-nms.onnx", ["output0"])
    export(Torchvision(), folder, "torchvision-nms.onnx", ["boxes", "scores", "labels"])


if __name__ == "__main__":
    main()
