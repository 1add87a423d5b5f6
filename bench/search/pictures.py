"""Seeds, in the order in which Plumbline numbers them: class folders, a zip of them, or IDX files."""
import gzip
import io
import os
import zipfile

import numpy as np
from PIL import Image


def read(path, split, count):
    """The first `count` pictures, uint8, N x C x H x W."""
    idx = os.path.join(path, ("t10k" if split == "test" else "train") + "-images-idx3-ubyte.gz")
    pictures = from_idx(idx, count) if os.path.exists(idx) else from_classes(path, split, count)
    if len(pictures) < count:
        raise SystemExit(f"{path} has {len(pictures)} pictures of split {split}, expected {count}")
    return np.stack(pictures)


def from_idx(file, count):
    data = gzip.open(file).read()
    number, height, width = np.frombuffer(data, ">u4", 3, 4)
    return list(np.frombuffer(data, np.uint8, offset=16).reshape(number, 1, height, width)[:count])


def from_classes(path, split, count):
    if os.path.isdir(path):
        names = [
            os.path.relpath(os.path.join(folder, name), path)
            for folder, _, files in os.walk(path) for name in files]

        def content(name):
            with open(os.path.join(path, name), "rb") as file:
                return file.read()
    else:
        archive = zipfile.ZipFile(path)
        names, content = archive.namelist(), archive.read
    found = []
    for name in names:
        parts = name.split("/")
        if len(parts) >= 3 and parts[-3] == split and parts[-1].lower().endswith((".png", ".jpg", ".jpeg")):
            found.append((parts[-1], parts[-2], name))
    arrays = []
    for _, _, name in sorted(found)[:count]:
        array = np.asarray(Image.open(io.BytesIO(content(name))))
        arrays.append(array[None] if array.ndim == 2 else array.transpose(2, 0, 1))
    return arrays
