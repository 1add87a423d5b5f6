"""What the trainings of embedding.py, regression.py and keypoints.py share."""

import numpy
import torch
from torch import nn

import shapes

SIZE, PICTURES = 32, 40


def block(into, out, stride=1):
    return nn.Sequential(nn.Conv2d(into, out, 3, stride, 1, bias=False), nn.BatchNorm2d(out),
                         nn.ReLU())


def train(model, loss, truth, steps=500, seed=1):
    """Trains on 1,500 pictures with one shape of any colour.

    loss   of the model's output and of the truth of a batch
    truth  a list of pictures to an array
    """
    torch.manual_seed(seed)
    some = shapes.pictures(1500, 100, SIZE, most=1, colours="any")
    images = torch.from_numpy(shapes.arrays(some)[0])
    expected = torch.from_numpy(truth(some))
    optimizer = torch.optim.Adam(list(model.parameters()) + list(loss.parameters()), 4e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 8e-3, steps)
    for step in range(steps):
        batch = torch.randint(0, len(images), (48,))
        value = loss(model(images[batch]), expected[batch])
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        schedule.step()
        if step % 100 == 99:
            print(step + 1, round(value.item(), 4), flush=True)
    return model.eval()


def export(model, file, output):
    file.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(model, torch.zeros(1, 3, SIZE, SIZE), file, input_names=["pictures"],
                      output_names=[output], dynamic_axes={"pictures": {0: "N"}, output: {0: "N"}},
                      opset_version=17, dynamo=False)


def some():
    """Pictures that no training saw."""
    return shapes.pictures(PICTURES, 7, SIZE, most=1, colours="any")


def run(file, pictures):
    import onnxruntime

    session = onnxruntime.InferenceSession(file)
    return session.run(None, {"pictures": shapes.arrays(pictures)[0]})[0].astype(numpy.float64)
