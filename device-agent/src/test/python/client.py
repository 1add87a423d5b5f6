"""A client of an agent, made of device.proto alone: describes it, puts a model on it, runs two batches of pictures,
and one of a tensor.

Usage: client.py HOST:PORT MODEL CHANNELS HEIGHT WIDTH. Prints one JSON object.
"""

import hashlib
import json
import queue
import struct
import sys

import grpc

from plumbline.device.v1 import device_pb2 as pb
from plumbline.device.v1 import device_pb2_grpc


def main():
    address, model, channels, height, width = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6])
    with open(model, "rb") as file:
        content = file.read()
    sha256 = hashlib.sha256(content).hexdigest()
    with grpc.insecure_channel(address) as channel:
        agent = device_pb2_grpc.DeviceServiceStub(channel)
        described = agent.Describe(pb.DescribeRequest(), timeout=30)
        stored = put(agent, sha256, content, described.limits)
        logits = [
            list(answer.logits)
            for answer in infer(agent, sha256, channels, height, width, batches=2)
        ]
        tensor = tensors(agent, sha256, channels, height, width)
        refused = refusal(agent)
    print(
        json.dumps(
            {
                "arch": described.fingerprint.arch,
                "runtime": described.fingerprint.runtime,
                "sha256": sha256,
                "stored": stored,
                "logits": logits,
                "tensor": tensor,
                "refused": refused,
            }
        )
    )


def conversation(call):
    """Sends one message at a time: nothing is ever unanswered but it, which every window allows."""
    requests = queue.Queue()
    answers = call(iter(requests.get, None), timeout=60)

    def say(message):
        requests.put(message)
        return None if message is None else next(answers)

    return requests, answers, say


def put(agent, sha256, content, limits):
    requests, answers, say = conversation(agent.PutModel)
    header = pb.ModelHeader(sha256=sha256, size_bytes=len(content))
    answer = say(pb.PutModelRequest(header=header))
    size = limits.max_chunk_bytes
    for start in range(0, len(content), size):
        if not answer.stored:
            answer = say(pb.PutModelRequest(chunk=content[start : start + size]))
    requests.put(None)
    for answer in answers:
        pass
    return answer.stored


def infer(agent, sha256, channels, height, width, batches):
    requests, answers, say = conversation(agent.Infer)
    table = [value / 255 for value in range(256)]
    requests.put(
        pb.InferRequest(
            header=pb.InferHeader(
                model_sha256=sha256,
                shape=pb.PictureShape(channels=channels, height=height, width=width),
                preprocessing=pb.Preprocessing(
                    tables=[pb.ChannelTable(values=table)] * channels,
                    layout=pb.LAYOUT_NCHW,
                    picture_channels=range(channels),
                ),
            )
        )
    )
    size = channels * height * width
    for batch in range(batches):
        pixels = bytes((batch + pixel) % 256 for pixel in range(size))
        yield say(pb.InferRequest(batch=pb.PictureBatch(id=batch, count=1, pixels=pixels)))
    requests.put(None)
    for _ in answers:
        raise AssertionError("an answer that nobody asked for")


def tensors(agent, sha256, channels, height, width):
    """In version 2 the output that a tensor gives: its name, dimensions and values."""
    requests, answers, say = conversation(agent.Infer)
    header = pb.InferHeader(model_sha256=sha256, version=2, outputs=["logits"])
    requests.put(pb.InferRequest(header=header))
    size = channels * height * width
    picture = pb.NamedTensor(
        name="picture",
        element_type=pb.ELEMENT_TYPE_FLOAT,
        dims=[1, channels, height, width],
        data=struct.pack(f"<{size}f", *(pixel / 255 for pixel in range(size))),
    )
    answer = say(pb.InferRequest(tensors=pb.TensorBatch(inputs=[picture])))
    requests.put(None)
    for _ in answers:
        raise AssertionError("an answer that nobody asked for")
    (part,) = answer.outputs
    values = struct.unpack(f"<{len(part.tensor.data) // 4}f", part.tensor.data)
    return {"name": part.tensor.name, "dims": list(part.tensor.dims), "values": list(values)}


def refusal(agent):
    requests, answers, say = conversation(agent.Infer)
    try:
        say(pb.InferRequest(header=pb.InferHeader(model_sha256="no model")))
    except grpc.RpcError as error:
        return error.code().name
    return "OK"


main()
