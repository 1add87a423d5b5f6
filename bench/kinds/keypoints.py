"""Trains two tiny models that see where a shape is, and writes them with annotated pictures.

    python3 keypoints.py FOLDER

FOLDER gets heatmaps.onnx (N x 3 x 32 x 32 in 0 to 1, to a map N x 5 x 16 x 16 for the centre and each
corner of the shape's box), corners.onnx (the same pictures, to x and y of the four corners as shares
of the picture's sides, N x 8), pictures/, keypoints.json (COCO, in pixels), corners.csv (in shares),
and scores.json: PCK at 0.05 of the picture and the mean distance on the pictures in ONNX Runtime, by
NumPy. Needs torch, onnx, onnxruntime. Two minutes on a CPU.
"""

import json
import pathlib
import sys

import numpy
import torch
from torch import nn

import shapes
import small

CELLS, SHARE = 16, 0.05


class Heatmaps(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            small.block(3, 16, 2), small.block(16, 24), small.block(24, 32, 2), small.block(32, 32),
            nn.Upsample(scale_factor=2), small.block(32, 24),
            nn.Conv2d(24, 5, 3, 1, 1))

    def forward(self, pictures):
        return self.layers(pictures)


class Corners(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(small.block(3, 16, 2), small.block(16, 24, 2),
                                      small.block(24, 32, 2), nn.Flatten())
        self.head = nn.Sequential(nn.Linear(32 * 16, 32), nn.ReLU(), nn.Linear(32, 8), nn.Sigmoid())

    def forward(self, pictures):
        return self.head(self.features(pictures))


def points(some):
    """Centre and corners in pixels, N x 5 x 2."""
    return numpy.array([(p.centre,) + p.corners for p in some], numpy.float32)


def gaussians(some):
    """Maps with a bell around each point, N x 5 x 16 x 16."""
    at = points(some) * CELLS / small.SIZE
    cells = numpy.arange(CELLS)
    x = numpy.exp(-(cells - at[..., :1]) ** 2 / 2)
    y = numpy.exp(-(cells - at[..., 1:]) ** 2 / 2)
    return (y[..., :, None] * x[..., None, :]).astype(numpy.float32)


def shares(some):
    return (points(some)[:, 1:] / small.SIZE).reshape(len(some), 8)


def decode(maps):
    """The peaks with a quarter offset, in pixels."""
    count, kinds, height, width = maps.shape
    found = numpy.zeros((count, kinds, 2))
    for n in range(count):
        for k in range(kinds):
            one = maps[n, k]
            y, x = divmod(int(one.argmax()), width)
            found[n, k] = x, y
            if 1 < x < width - 1 and 1 < y < height - 1:
                found[n, k] += 0.25 * numpy.sign([one[y, x + 1] - one[y, x - 1],
                                                  one[y + 1, x] - one[y - 1, x]])
    return found * small.SIZE / CELLS


def scores(found, truth, side):
    distances = numpy.linalg.norm(found - truth, axis=2)
    return {"pck": float((distances < SHARE * side).mean()),
            "mean_distance": float(distances.mean())}


def main(folder):
    torch.manual_seed(1)
    maps, corners = folder / "heatmaps.onnx", folder / "corners.onnx"
    weighted = nn.MSELoss()
    small.export(small.train(Heatmaps(), weighted, gaussians), maps, "heatmaps")
    small.export(small.train(Corners(), nn.SmoothL1Loss(beta=0.05), shares), corners, "corners")
    some = small.some()
    paths = shapes.write(folder / "pictures", some)
    truth = points(some)
    images = [{"id": i, "file_name": path.name, "width": small.SIZE, "height": small.SIZE}
              for i, path in enumerate(paths)]
    annotations = [{"id": i, "image_id": i, "category_id": 1, "num_keypoints": 5,
                    "keypoints": [float(v) for x, y in of for v in (x, y, 2)]}
                   for i, of in enumerate(truth)]
    names = ["centre", "top_left", "top_right", "bottom_right", "bottom_left"]
    (folder / "keypoints.json").write_text(json.dumps(
        {"images": images, "annotations": annotations,
         "categories": [{"id": 1, "name": "shape", "keypoints": names}]}))
    header = ",".join(f"{axis}{k}" for k in range(1, 5) for axis in "xy")
    (folder / "corners.csv").write_text(f"picture,{header}\n" + "".join(
        f"{path.name},{','.join(str(v) for v in row)}\n"
        for path, row in zip(paths, shares(some).tolist())))
    found = {"heatmaps": scores(decode(small.run(maps, some)), truth, small.SIZE),
             "corners": scores(small.run(corners, some).reshape(-1, 4, 2),
                               truth[:, 1:] / small.SIZE, 1)}
    (folder / "scores.json").write_text(json.dumps(found, indent=2) + "\n")
    print(found, maps.stat().st_size, corners.stat().st_size, "bytes")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]))
