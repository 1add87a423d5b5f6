"""Small pictures of coloured shapes, with everything that a task of any kind may ask of them.

    import shapes
    for picture in shapes.pictures(40, seed=7, size=32):
        picture.image, picture.mask, picture.boxes, picture.labels, picture.centre, picture.corners
    shapes.write("folder", shapes.pictures(40, seed=7))

    python3 shapes.py FOLDER [COUNT [SIZE [SEED]]]   writes pictures and masks

Equal arguments give equal pictures. Needs numpy and Pillow.
"""

import pathlib
import sys
from dataclasses import dataclass

import numpy
from PIL import Image

CLASSES = ("background", "circle", "square", "triangle")
CIRCLE, SQUARE, TRIANGLE = 1, 2, 3

# What the colours of a class are around, so that tiny models learn fast: red, green, blue.
HUES = {
    CIRCLE: (210, 60, 60),
    SQUARE: (60, 190, 70),
    TRIANGLE: (70, 90, 215),
}


@dataclass(frozen=True)
class Picture:
    """A picture, and what is on it.

    image   uint8, H x W x 3
    mask    uint8, H x W: the class of each pixel, 0 the background
    boxes   one (x1, y1, x2, y2, class) per shape in pixels, x2 and y2 not in it; class 1 to 3
    labels  the classes that are there, a frozenset of 1 to 3
    centre  (x, y) of the first shape's box
    corners four (x, y) of the first shape's box: top left, top right, bottom right, bottom left
    """

    image: numpy.ndarray
    mask: numpy.ndarray
    boxes: tuple
    labels: frozenset
    centre: tuple
    corners: tuple


def picture(random, size=32, most=3, colours="class"):
    """One picture with one to `most` shapes that do not overlap.

    random   a numpy Generator
    size     height and width in pixels, or (height, width)
    colours  "class": around one hue for each class; "any": says nothing of the class
    """
    height, width = (size, size) if isinstance(size, int) else size
    image = random.normal(90, 6, 3) + random.normal(0, 14, (height, width, 3))
    slope = random.uniform(-25, 25, 2)
    image += (numpy.linspace(-slope[0], slope[0], height)[:, None]
              + numpy.linspace(-slope[1], slope[1], width)[None, :])[..., None]
    mask = numpy.zeros((height, width), numpy.uint8)
    boxes = []
    wanted = int(random.integers(1, most + 1))
    for _ in range(20 * wanted):
        if len(boxes) == wanted:
            break
        small = min(height, width)
        side = int(random.integers(max(6, small // 4), max(8, small * 9 // 20)))
        x, y = int(random.integers(0, width - side + 1)), int(random.integers(0, height - side + 1))
        if any(x < b[2] + 1 and b[0] < x + side + 1 and y < b[3] + 1 and b[1] < y + side + 1
               for b in boxes):
            continue
        kind = int(random.integers(1, 4))
        inside = shape(kind, side)
        mask[y:y + side, x:x + side][inside] = kind
        base = numpy.array(HUES[kind]) if colours == "class" else random.uniform(20, 235, 3)
        colour = base + random.normal(0, 18, 3)
        part = image[y:y + side, x:x + side]
        part[inside] = colour + random.normal(0, 10, (int(inside.sum()), 3))
        boxes.append((x, y, x + side, y + side, kind))
    x1, y1, x2, y2, _ = boxes[0]
    return Picture(
        image.round().clip(0, 255).astype(numpy.uint8), mask, tuple(boxes),
        frozenset(box[4] for box in boxes), ((x1 + x2) / 2, (y1 + y2) / 2),
        ((x1, y1), (x2, y1), (x2, y2), (x1, y2)))


def shape(kind, side):
    """Which pixels of a square of `side` pixels a shape that fills it covers."""
    at = numpy.arange(side) + 0.5
    x, y = at[None, :], at[:, None]
    if kind == CIRCLE:
        return (x - side / 2) ** 2 + (y - side / 2) ** 2 <= (side / 2) ** 2
    if kind == TRIANGLE:
        return numpy.abs(x - side / 2) <= y / 2
    return numpy.ones((side, side), bool)


def pictures(count, seed=0, size=32, most=3, colours="class"):
    """`count` pictures; the same for the same arguments, and a longer list begins as a shorter."""
    return [picture(numpy.random.default_rng([seed, i]), size, most, colours)
            for i in range(count)]


def arrays(some):
    """Images as float32 in 0 to 1, N x 3 x H x W, and masks as int64, N x H x W."""
    images = numpy.stack([p.image for p in some]).transpose(0, 3, 1, 2)
    return (numpy.ascontiguousarray(images, numpy.float32) / 255,
            numpy.stack([p.mask for p in some]).astype(numpy.int64))


def names(count):
    """File names of pictures, without an ending: shape-00, shape-01, ..."""
    return [f"shape-{i:0{max(2, len(str(count - 1)))}d}" for i in range(count)]


def write(folder, some):
    """Writes the pictures as FOLDER/shape-NN.png; returns their paths."""
    return [save(pathlib.Path(folder) / f"{name}.png", p.image)
            for name, p in zip(names(len(some)), some)]


def write_masks(folder, some):
    """Writes the masks as grey PNGs of class numbers, named as the pictures; returns their paths."""
    return [save(pathlib.Path(folder) / f"{name}.png", p.mask)
            for name, p in zip(names(len(some)), some)]


def save(path, array):
    """Writes an array, H x W x 3 or H x W, as a small PNG."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(array).save(path, optimize=True)
    return path


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 5:
        sys.exit(__doc__)
    count, size, seed = [int(a) for a in sys.argv[2:]] + [40, 32, 0][len(sys.argv) - 2:]
    made = pictures(count, seed, size)
    write(pathlib.Path(sys.argv[1]) / "pictures", made)
    write_masks(pathlib.Path(sys.argv[1]) / "masks", made)
