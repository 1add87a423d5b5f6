#!/usr/bin/env python3
"""Makes the fixtures of PreprocessVerbTest: a picture, and what pipelines that people have make of it.

    python bench/preprocessing/dumps.py host/src/test/resources/dev/plumbline/host/cli/preprocess

Made with Pillow 13.0, OpenCV 5.0 and NumPy 2.4; torchvision's Resize and CenterCrop call Pillow as here.
"""
import sys
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

folder = Path(sys.argv[1])
rng = np.random.default_rng(5)
y, x = np.mgrid[0:61, 0:80]
pixels = np.stack([128 + 90 * np.sin(x / 5 + y / 9), 128 + 80 * np.cos(y / 4), 128 + 100 * np.sin((x + y) / 11)], -1)
pixels += rng.normal(0, 15, pixels.shape)
pixels[15:30, 10:35] = [255, 30, 10]
pixels = np.clip(pixels, 0, 255).astype(np.uint8)
image = Image.fromarray(pixels)
image.save(folder / "picture.png")
turned = Image.Exif()
turned[0x0112] = 6
image.save(folder / "turned.png", exif=turned)

mean = np.array([0.485, 0.456, 0.406], np.float32)
std = np.array([0.229, 0.224, 0.225], np.float32)


def torchvision(source, interpolation):
    """Resize(20) and CenterCrop(16)."""
    width, height = source.size
    short = min(width, height)
    resized = source.resize((int(20 * width / short), int(20 * height / short)), interpolation)
    left, top = round((resized.width - 16) / 2), round((resized.height - 16) / 2)
    return np.asarray(resized.crop((left, top, left + 16, top + 16)))


def normalised(hwc):
    return ((hwc.astype(np.float32) / 255 - mean) / std).transpose(2, 0, 1)[None]


def save(name, array):
    np.save(folder / f"{name}.npy", array)


bilinear = torchvision(image, Image.BILINEAR)
save("torchvision", normalised(bilinear))
save("float16", normalised(bilinear).astype(np.float16))
save("fortran", np.asfortranarray(normalised(bilinear)[0].astype(np.float64)))
save("pixels", bilinear)
save("nhwc", np.ascontiguousarray(normalised(bilinear).transpose(0, 2, 3, 1)))
save("bgr", np.ascontiguousarray(normalised(bilinear)[:, ::-1]))
save("bicubic", normalised(torchvision(image, Image.BICUBIC)))
save("not-normalised", normalised(bilinear) * std[:, None, None] + mean[:, None, None])
opencv = cv2.resize(pixels[:, :, ::-1], (16, 16))
save("opencv", opencv.astype(np.float32).transpose(2, 0, 1)[None])
keras = np.asarray(image.resize((16, 16), Image.NEAREST))
save("keras", (keras.astype(np.float32) / 127.5 - 1)[None])
step = bilinear.copy()
step[::3] += (step[::3] < 255).astype(np.uint8)
save("one-step", normalised(step))
save("another", normalised(torchvision(Image.fromarray(pixels[::-1, ::-1]), Image.BILINEAR)))
alpha = Image.fromarray(np.dstack([pixels, ((x * 3) % 256).astype(np.uint8)]))
alpha.save(folder / "alpha.png")
white = Image.new("RGB", alpha.size, (255, 255, 255))
white.paste(alpha, mask=alpha.getchannel("A"))
save("alpha-white", normalised(torchvision(white, Image.BILINEAR)))
save("alpha-dropped", normalised(torchvision(alpha.convert("RGB"), Image.BILINEAR)))
