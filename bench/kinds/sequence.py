"""Makes the tiny sequence model of the tests: reads digits in a row with CTC.

    python3 sequence.py FOLDER

Writes FOLDER/original.onnx (input N x 1 x 16 x 64, a softmax over blank and ten digits at each of 16
steps as N x 16 x 11), FOLDER/pictures/*.png with FOLDER/texts.csv (picture,text), and FOLDER/digits.txt,
the alphabet, and FOLDER/scores.json with what jiwer says of the texts that ONNX Runtime reads. Needs numpy,
Pillow, torch, onnxruntime and jiwer; about a minute on one core. Pictures are the same at every
run; weights may differ in their last bits between processors.
"""

import csv
import json
import pathlib
import sys

import jiwer
import numpy
import onnxruntime
import torch
from PIL import Image, ImageDraw, ImageFont

HEIGHT, WIDTH, STEPS, DIGITS = 16, 64, 16, "0123456789"


def picture(random):
    """A grey picture, uint8, 16 x 64, and the one to five digits on it."""
    text = "".join(random.choice(list(DIGITS), int(random.integers(1, 6))))
    background = random.uniform(120, 255)
    image = Image.new("L", (WIDTH, HEIGHT), int(background))
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=int(random.integers(12, 15)))
    room = WIDTH - draw.textlength(text, font) - 2
    left = 1 + random.uniform(0, max(0.0, room))
    top = random.integers(-3, 2)
    ink = max(0, background - random.uniform(80, 220))
    draw.text((left, int(top)), text, fill=int(ink), font=font)
    noisy = numpy.asarray(image, float) + random.normal(0, 8, (HEIGHT, WIDTH))
    return noisy.round().clip(0, 255).astype(numpy.uint8), text


def pictures(count, seed):
    return [picture(numpy.random.default_rng([seed, i])) for i in range(count)]


class Reader(torch.nn.Module):
    def __init__(self):
        super().__init__()
        def block(before, after, stride):
            return [torch.nn.Conv2d(before, after, 3, stride, 1, bias=False),
                    torch.nn.BatchNorm2d(after), torch.nn.ReLU()]
        self.features = torch.nn.Sequential(
            *block(1, 12, 1), *block(12, 20, 2), *block(20, 32, 2), *block(32, 40, (2, 1)))
        self.classes = torch.nn.Conv2d(40, 1 + len(DIGITS), (2, 3), 1, (0, 1))

    def logits(self, x):
        return self.classes(self.features(x)).squeeze(2).transpose(1, 2)

    def forward(self, x):
        return self.logits(x).softmax(2)


def arrays(some):
    images = numpy.stack([image for image, _ in some])[:, None]
    return torch.tensor(images, dtype=torch.float32) / 255


def train(model, count=3000, passes=14, batch=64):
    some = pictures(count, 1)
    images = arrays(some)
    targets = [torch.tensor([1 + DIGITS.index(c) for c in text]) for _, text in some]
    best = torch.optim.Adam(model.parameters())
    rate = torch.optim.lr_scheduler.OneCycleLR(best, 1e-2, total_steps=passes * (count // batch))
    for number in range(passes):
        order = torch.randperm(count)
        for start in range(0, count - batch + 1, batch):
            chosen = order[start:start + batch]
            logits = model.logits(images[chosen]).log_softmax(2).transpose(0, 1)
            wanted = [targets[i] for i in chosen]
            loss = torch.nn.functional.ctc_loss(
                logits, torch.cat(wanted), torch.full((batch,), STEPS),
                torch.tensor([len(w) for w in wanted]), zero_infinity=True)
            best.zero_grad()
            loss.backward()
            best.step()
            rate.step()
        print(f"pass {number + 1}: loss {loss.item():.3f}", flush=True)


def decoded(scores):
    """Greedy texts of N x steps x classes."""
    texts = []
    for path in scores.argmax(2).tolist():
        kept = [c for t, c in enumerate(path) if c and (t == 0 or c != path[t - 1])]
        texts.append("".join(DIGITS[c - 1] for c in kept))
    return texts


def score(folder):
    session = onnxruntime.InferenceSession(folder / "original.onnx")
    with open(folder / "texts.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    images = [numpy.asarray(Image.open(folder / "pictures" / row["picture"])) for row in rows]
    scores, = session.run(None, {"picture": numpy.stack(images)[:, None].astype("f4") / 255})
    found, wanted = decoded(scores), [row["text"] for row in rows]
    exact = sum(f == w for f, w in zip(found, wanted)) / len(rows)
    (folder / "scores.json").write_text(
        json.dumps({"cer": jiwer.cer(wanted, found), "exact_match": exact}) + "\n")


def main(folder):
    torch.manual_seed(0)
    torch.set_num_threads(1)
    model = Reader()
    train(model)
    model.eval()
    kept = pictures(40, 2)
    with torch.no_grad():
        found = decoded(model(arrays(kept)))
    print(sum(f == text for f, (_, text) in zip(found, kept)), "of", len(kept), "read right")
    (folder / "pictures").mkdir(parents=True, exist_ok=True)
    with open(folder / "texts.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["picture", "text"])
        for i, (image, text) in enumerate(kept):
            Image.fromarray(image).save(folder / "pictures" / f"row-{i:02d}.png", optimize=True)
            writer.writerow([f"row-{i:02d}.png", text])
    (folder / "digits.txt").write_text("".join(d + "\n" for d in DIGITS))
    torch.onnx.export(
        model, torch.zeros(1, 1, HEIGHT, WIDTH), folder / "original.onnx", dynamo=False,
        input_names=["picture"], output_names=["steps"], opset_version=17,
        dynamic_axes={"picture": {0: "n"}, "steps": {0: "n"}})
    score(folder)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]))
