"""Makes host/src/test/resources/score/detection.json: what pycocotools measures of random boxes.

    python3 coco_map.py > ../../host/src/test/resources/score/detection.json

Coordinates are quarters of a pixel and scores twentieths, so that ties occur and float32 is exact.
Needs numpy and pycocotools.
"""

import contextlib
import io
import json
import sys

import numpy
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval


def box(random):
    x, y = random.integers(0, 200, 2) / 4
    w, h = random.integers(20, 80, 2) / 4
    return [x, y, x + w, y + h]


def near(random, of, by):
    moved = [v + int(random.integers(-by, by + 1)) / 4 for v in of]
    return moved if moved[2] > moved[0] and moved[3] > moved[1] else list(of)


def picture(random, crowds, extra):
    noted, found = [], []
    if random.random() < 0.15:
        return {"found": found, "noted": noted}
    for _ in range(int(random.integers(0, 6))):
        label = int(random.integers(0, 4))
        noted.append([label, *box(random), bool(crowds and random.random() < 0.25)])
    for label, *where in noted:
        for _ in range(int(random.integers(0, 3))):
            found.append([label, int(random.integers(1, 21)) / 20, *near(random, where[:4], 12)])
    for _ in range(int(random.integers(0, extra))):
        found.append([int(random.integers(0, 5)), int(random.integers(1, 21)) / 20, *box(random)])
    random.shuffle(found)
    if random.random() < 0.1:
        found = []
    return {"found": found, "noted": noted}


def measured(pictures):
    truth, results = [], []
    for number, each in enumerate(pictures, 1):
        for label, x1, y1, x2, y2, crowd in each["noted"]:
            truth.append({"id": len(truth) + 1, "image_id": number, "category_id": label + 1,
                          "bbox": [x1, y1, x2 - x1, y2 - y1], "area": (x2 - x1) * (y2 - y1),
                          "iscrowd": int(crowd)})
        for label, score, x1, y1, x2, y2 in each["found"]:
            results.append({"image_id": number, "category_id": label + 1, "score": score,
                            "bbox": [x1, y1, x2 - x1, y2 - y1]})
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO()
        coco.dataset = {"images": [{"id": i} for i in range(1, len(pictures) + 1)],
                        "annotations": truth, "categories": [{"id": i} for i in range(1, 6)]}
        coco.createIndex()
        evaluation = COCOeval(coco, coco.loadRes(results), "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return {"map": float(evaluation.stats[0]), "map_50": float(evaluation.stats[1])}


cases = []
for seed, (count, crowds, extra) in enumerate([(20, False, 4), (30, True, 6), (3, True, 800)]):
    random = numpy.random.default_rng([3, seed])
    pictures = [picture(random, crowds, extra) for _ in range(count)]
    cases.append({**measured(pictures), "pictures": pictures})
json.dump({"note": "pycocotools 2.0.11, COCOeval of boxes; made by bench/kinds/coco_map.py. found: class, score, corners;"
                   " noted: class, corners, crowd", "cases": cases}, sys.stdout, separators=(",", ":"))
