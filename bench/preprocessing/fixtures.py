#!/usr/bin/env python3
"""Makes the fixtures of GeometryTest: small pictures and what Pillow, torchvision, OpenCV and
PyTorch make of them.

    python bench/preprocessing/fixtures.py host/src/test/resources/dev/plumbline/host/dataset/geometry.json

Made with Pillow 13.0, torchvision 0.29, OpenCV 5.0 and PyTorch 2.15. Before version 13 Pillow always resized rows
first, which changes pictures whose height shrinks by more than twice as many pixels as their width.
"""
import base64
import io
import json
import sys

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageOps
from torchvision import transforms

rng = np.random.default_rng(13)


def picture(height, width, channels):
    """Smooth colours, edges and noise, so that every kind of filter shows."""
    y, x = np.mgrid[0:height, 0:width]
    planes = [128 + 100 * np.sin(x / (2 + c)) * np.cos(y / (3 - c / 2)) for c in range(channels)]
    pixels = np.stack(planes, -1) + rng.normal(0, 25, (height, width, channels))
    pixels[height // 3 : height // 2, width // 4 : width // 2] = 255
    pixels[height // 2 : height * 2 // 3, width // 2 :] = 0
    return np.clip(pixels, 0, 255).astype(np.uint8)


def text(pixels):
    """Channel by channel, row by row, as Plumbline keeps pictures."""
    planes = pixels[None] if pixels.ndim == 2 else np.moveaxis(pixels, -1, 0)
    return {
        "channels": planes.shape[0],
        "height": planes.shape[1],
        "width": planes.shape[2],
        "pixels": base64.b64encode(np.ascontiguousarray(planes).tobytes()).decode(),
    }


def image(pixels):
    return Image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels)


sources = {
    "colour": picture(29, 37, 3),
    "grey": picture(23, 16, 1),
    "row": picture(1, 19, 3),
    "column": picture(17, 1, 1),
}
cases = []


def case(oracle, source, entries, result, tolerance):
    cases.append(
        {"oracle": oracle, "source": source, "entries": entries, "tolerance": tolerance, "result": text(np.asarray(result))}
    )


filters = {
    "nearest": Image.NEAREST,
    "box": Image.BOX,
    "bilinear": Image.BILINEAR,
    "hamming": Image.HAMMING,
    "bicubic": Image.BICUBIC,
    "lanczos": Image.LANCZOS,
}
sizes = {"colour": [(11, 7), (37, 9), (5, 29), (13, 31), (45, 40), (1, 1)], "grey": [(7, 11), (20, 5)], "row": [(7, 1), (4, 3)], "column": [(2, 5)]}
for name, pixels in sources.items():
    for interpolation, number in filters.items():
        for width, height in sizes[name]:
            if (width, height) == (45, 40) and interpolation in ("box", "hamming"):
                continue
            entries = {"resize": f"{width}x{height}", "interpolation": interpolation}
            case("Pillow", name, entries, image(pixels).resize((width, height), number), 0)

points = {
    "nearest": (cv2.INTER_NEAREST, "nearest"),
    "bilinear": (cv2.INTER_LINEAR, "bilinear"),
    "bicubic": (cv2.INTER_CUBIC, "bicubic"),
    "lanczos": (cv2.INTER_LANCZOS4, None),
    "area": (cv2.INTER_AREA, None),
}
for name, size in [("colour", (11, 7)), ("colour", (13, 31)), ("colour", (43, 40)), ("grey", (8, 10)), ("row", (7, 1))]:
    pixels = sources[name]
    for interpolation, (number, of_torch) in points.items():
        entries = {"resize": f"{size[0]}x{size[1]}", "interpolation": interpolation, "antialias": "false"}
        result = cv2.resize(pixels, size, interpolation=number).reshape(size[1], size[0], -1)
        case("OpenCV", name, entries, result, 0 if interpolation == "nearest" else 1)
        if of_torch:
            options = {} if of_torch == "nearest" else {"align_corners": False}
            tensor = torch.from_numpy(np.moveaxis(pixels, -1, 0)[None].astype(np.float32))
            result = F.interpolate(tensor, size=size[::-1], mode=of_torch, **options)
            result = result.round().clamp(0, 255).to(torch.uint8)[0].permute(1, 2, 0).numpy()
            case("PyTorch", name, entries, result, 0 if of_torch == "nearest" else 1)

bicubic = transforms.InterpolationMode.BICUBIC
for name, length, crop in [("colour", 16, 14), ("colour", 15, 12), ("grey", 11, 8), ("grey", 9, 14), ("colour", 40, 33), ("row", 2, 6)]:
    pipeline = transforms.Compose([transforms.Resize(length, bicubic), transforms.CenterCrop(crop)])
    entries = {"resize": str(length), "crop": f"{crop}x{crop}", "interpolation": "bicubic"}
    case("torchvision", name, entries, pipeline(image(sources[name])), 0)
case("torchvision", "colour", {"crop": "12x21"}, transforms.CenterCrop((21, 12))(image(sources["colour"])), 0)


def letterbox(pixels, size, value):
    """The steps of Ultralytics' LetterBox with its defaults."""
    height, width = pixels.shape[:2]
    scale = min(size[1] / height, size[0] / width)
    inner = round(width * scale), round(height * scale)
    dw, dh = (size[0] - inner[0]) / 2, (size[1] - inner[1]) / 2
    resized = cv2.resize(pixels, inner, interpolation=cv2.INTER_LINEAR).reshape(inner[1], inner[0], -1)
    top, bottom, left, right = round(dh - 0.1), round(dh + 0.1), round(dw - 0.1), round(dw + 0.1)
    return np.pad(resized, ((top, bottom), (left, right), (0, 0)), constant_values=value)


for name, size, value in [("colour", (24, 24), 114), ("grey", (33, 20), 0), ("colour", (40, 64), 7)]:
    entries = {"letterbox": f"{size[0]}x{size[1]},{value}", "antialias": "false"}
    case("OpenCV", name, entries, letterbox(sources[name], size, value), 1)

orientations = []
small = image(picture(3, 5, 3))
for orientation in range(1, 9):
    exif = Image.Exif()
    exif[0x0112] = orientation
    for kind, options in [("PNG", {}), ("JPEG", {"quality": 95, "subsampling": 0})]:
        file = io.BytesIO()
        small.save(file, kind, exif=exif, **options)
        stored = Image.open(io.BytesIO(file.getvalue()))
        orientations.append(
            {
                "kind": kind,
                "orientation": orientation,
                "file": base64.b64encode(file.getvalue()).decode(),
                "stored": text(np.asarray(stored)),
                "upright": text(np.asarray(ImageOps.exif_transpose(stored))),
            }
        )

alpha = picture(6, 5, 4)
over = Image.new("RGB", (5, 6), (250, 128, 3))
transparent = Image.fromarray(alpha, "RGBA")
over.paste(transparent, mask=transparent.getchannel("A"))
grey_over = Image.new("L", (5, 6), 200)
grey_over.paste(transparent.convert("LA").getchannel("L"), mask=transparent.getchannel("A"))
alphas = [
    {"background": "250,128,3", "source": text(alpha), "result": text(np.asarray(over))},
    {"background": "200,200,200", "source": text(np.asarray(transparent.convert("LA"))), "result": text(np.asarray(grey_over))},
]

json.dump(
    {
        "sources": {name: text(pixels) for name, pixels in sources.items()},
        "cases": cases,
        "orientations": orientations,
        "alphas": alphas,
        "luma": {"source": "colour", "result": text(np.asarray(image(sources["colour"]).convert("L")))},
    },
    open(sys.argv[1], "w"),
    indent=1,
)
