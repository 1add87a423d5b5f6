"""The inputs of the models: pictures, text, sound and bytes that anybody may have.

Photographs and faces are those inside the wheels of scikit-image, scikit-learn and matplotlib; text is
rendered with Pillow in its own font; sound is computed; bytes are the files of Python's library. All seeded.
"""
import io
import os
import sysconfig
import zipfile

import numpy as np
from PIL import Image, ImageDraw, ImageFont

WORDS = (
    "bread flour water salt yeast station platform ticket invoice total amount paid account number street "
    "bridge river north south morning evening open closed price weight metres litres batch serial best before "
    "keep dry this side up fragile exit entrance floor lift stairs caution wet hot cold pressure valve").split()


class Library:
    """What lies in wheels."""

    def __init__(self, wheels):
        self.wheels = {}
        for wheel in wheels:
            with zipfile.ZipFile(wheel) as packed:
                for name in packed.namelist():
                    self.wheels[name] = wheel

    def bytes(self, name):
        with zipfile.ZipFile(self.wheels[name]) as packed:
            return packed.read(name)

    def photograph(self, name):
        return Image.open(io.BytesIO(self.bytes(name))).convert("RGB")

    def faces(self):
        """100 grey faces of 25 x 25, of Labeled Faces in the Wild."""
        return (np.load(io.BytesIO(self.bytes("skimage/data/lfw_subset.npy")))[:100] * 255).astype(np.uint8)


PHOTOGRAPHS = (
    "skimage/data/astronaut.png", "skimage/data/chelsea.png", "skimage/data/coffee.png",
    "skimage/data/hubble_deep_field.jpg", "skimage/data/ihc.png", "skimage/data/motorcycle_left.png",
    "skimage/data/retina.jpg", "skimage/data/rocket.jpg", "skimage/data/grass.png", "skimage/data/gravel.png",
    "skimage/data/brick.png", "skimage/data/coins.png", "skimage/data/camera.png", "sklearn/datasets/images/china.jpg",
    "sklearn/datasets/images/flower.jpg", "matplotlib/mpl-data/sample_data/grace_hopper.jpg")

# Where the faces are, as left, top, right, bottom.
PORTRAITS = (
    ("skimage/data/astronaut.png", (150, 40, 300, 220)),
    ("matplotlib/mpl-data/sample_data/grace_hopper.jpg", (140, 20, 380, 320)))


def crop(random, photograph, width, height, least=0.4):
    """A part of a photograph, at least so large a share of it, at the size that is asked for."""
    share = random.uniform(least, 1)
    w = photograph.width * share
    h = min(photograph.height, w * height / width)
    w = h * width / height
    left = random.uniform(0, photograph.width - w)
    top = random.uniform(0, photograph.height - h)
    return photograph.resize((width, height), Image.BICUBIC, (left, top, left + w, top + h))


def photographs(library, count, width, height):
    random = np.random.default_rng(1)
    sources = [library.photograph(name) for name in PHOTOGRAPHS]
    for i in range(count):
        yield crop(random, sources[i % len(sources)], width, height)


def portraits(library, count, width, height):
    """Faces that fill the picture."""
    random = np.random.default_rng(2)
    grey = library.faces()
    colour = [library.photograph(name).crop(box) for name, box in PORTRAITS]
    for i in range(count):
        if i % 5 == 0:
            yield crop(random, colour[i // 5 % 2], width, height, 0.85)
        else:
            yield Image.fromarray(grey[i % 100]).convert("RGB").resize((width, height), Image.BICUBIC)


def people(library, count, width, height):
    """Photographs with faces in them."""
    random = np.random.default_rng(3)
    grey = library.faces()
    sources = [library.photograph(name) for name in PHOTOGRAPHS]
    for i in range(count):
        if i % 4 == 0:
            yield crop(random, library.photograph(PORTRAITS[i // 4 % 2][0]), width, height, 0.7)
            continue
        picture = crop(random, sources[i % len(sources)], width, height)
        for _ in range(random.integers(1, 4)):
            size = int(random.integers(width // 5, width // 2))
            face = Image.fromarray(grey[random.integers(100)]).convert("RGB").resize((size, size), Image.BICUBIC)
            picture.paste(face, (int(random.integers(0, width - size)), int(random.integers(0, height - size))))
        yield picture


def text(random, draw, x, y, size, ink, words):
    draw.text((x, y), " ".join(random.choice(WORDS, words)), ink, ImageFont.load_default(size))


def paper(random, width, height, dark=False):
    light = random.integers(20, 90, 3) if dark else random.integers(170, 256, 3)
    noise = random.normal(0, random.uniform(0, 12), (height, width, 3))
    return Image.fromarray((light + noise).clip(0, 255).astype(np.uint8))


def ink_on(random, dark):
    return tuple(int(v) for v in (random.integers(180, 256, 3) if dark else random.integers(0, 90, 3)))


def pages(library, count, width, height):
    """Some lines of text on paper or on a photograph."""
    random = np.random.default_rng(4)
    sources = [library.photograph(name) for name in PHOTOGRAPHS]
    for i in range(count):
        dark = bool(random.integers(2))
        picture = crop(random, sources[i % len(sources)], width, height) if i % 3 == 0 else paper(random, width, height, dark)
        draw = ImageDraw.Draw(picture)
        y = int(random.integers(4, height // 5))
        while y < height - 16:
            size = int(random.integers(height // 16, height // 6))
            text(random, draw, int(random.integers(0, width // 5)), y, size, ink_on(random, dark), int(random.integers(1, 4)))
            y += int(size * random.uniform(1.3, 2.6))
        yield picture


def turned(pictures, turns):
    for i, picture in enumerate(pictures):
        yield picture.rotate(turns[i % len(turns)])


def pages_turned(library, count, width, height):
    return turned(pages(library, count, width, height), (0, 90, 180, 270))


def lines(library, count, width, height):
    """One line of text that fills the height."""
    random = np.random.default_rng(5)
    for _ in range(count):
        dark = bool(random.integers(2))
        picture = paper(random, width, height, dark)
        size = int(random.integers(height // 2, int(height * 0.8)))
        text(random, ImageDraw.Draw(picture), 6, int(random.integers(0, height - size)), size, ink_on(random, dark), 2)
        yield picture


def lines_turned(library, count, width, height):
    return turned(lines(library, count, width, height), (0, 180))


def speech(random, samples):
    """A voice in small: pulses of a throat through three resonances, or noise, at 16 kHz."""
    if random.integers(3) == 0:
        sound = random.normal(0, random.uniform(0.001, 0.1), samples)
        return np.convolve(sound, np.ones(int(random.integers(1, 12))), "same").astype(np.float32)
    time = np.arange(samples) / 16000
    pitch = random.uniform(90, 240) * (1 + 0.1 * np.sin(2 * np.pi * random.uniform(1, 5) * time))
    phase = np.cumsum(pitch / 16000)
    pulses = np.diff(np.floor(phase), prepend=0) + random.normal(0, 0.02, samples)
    sound = pulses
    for low, high in ((300, 800), (900, 2200), (2300, 3000)):
        formant = random.uniform(low, high)
        tail = np.arange(400) / 16000
        sound = np.convolve(sound, np.exp(-tail * 300) * np.sin(2 * np.pi * formant * tail))[:samples]
    envelope = np.clip(np.sin(2 * np.pi * random.uniform(1.5, 4) * time + random.uniform(0, 6)) + 0.6, 0, 1)
    sound = sound * envelope
    return (sound / (np.abs(sound).max() + 1e-6) * random.uniform(0.05, 0.8)).astype(np.float32)


def sounds(library, count, samples):
    """A piece of sound each, as many samples in -1..1."""
    random = np.random.default_rng(6)
    for _ in range(count):
        yield speech(random, 8000)[-samples:]


def keyword_features(library, count, frames):
    """What openWakeWord makes of sound, frames x 96, by the two models beside the keyword's."""
    import onnxruntime

    def session(name):
        return onnxruntime.InferenceSession(
            library.bytes(f"openwakeword/resources/models/{name}.onnx"), providers=["CPUExecutionProvider"])

    spectrum, embedding = session("melspectrogram"), session("embedding_model")
    random = np.random.default_rng(7)
    for _ in range(count):
        sound = speech(random, 16000 * 3) * 32767
        mel = spectrum.run(None, {spectrum.get_inputs()[0].name: sound[None]})[0].squeeze() / 10 + 2
        windows = np.stack([mel[8 * i:8 * i + 76] for i in range(frames)])[..., None].astype(np.float32)
        yield embedding.run(None, {embedding.get_inputs()[0].name: windows})[0].reshape(frames, 96)


def file_bytes(library, count, ends):
    """What magika takes of a file: its first and last bytes without blanks, 256 where it is shorter."""
    random = np.random.default_rng(8)
    root = sysconfig.get_paths()["stdlib"]
    files = sorted(
        os.path.join(folder, name) for folder, _, names in os.walk(root) for name in names
        if not folder.endswith("__pycache__") or name.startswith("a"))
    for path in random.permutation(files)[:count]:
        with open(path, "rb") as content:
            data = content.read()
        first = np.frombuffer(data[:4096].lstrip()[:ends], np.uint8).astype(np.int32)
        last = np.frombuffer(data[-4096:].rstrip()[-ends:], np.uint8).astype(np.int32)
        row = np.full(2 * ends, 256, np.int32)
        row[:len(first)] = first
        row[2 * ends - len(last):] = last
        yield row


def write(library, recipe, count, folder):
    """Makes a model's inputs, a file each: PNG, or .npy without the batch where they are no pictures.

    recipe: name of a function here, then its numbers
    """
    os.makedirs(folder, exist_ok=True)
    name, *numbers = recipe
    for i, made in enumerate(globals()[name](library, count, *numbers)):
        if isinstance(made, Image.Image):
            made.save(f"{folder}/{i:04d}.png")
        else:
            np.save(f"{folder}/{i:04d}.npy", made)
