"""Makes the models of host/src/test/resources/precision: a small residual network in float, and what
ONNX Runtime's own quantizer makes of it: in int8, with the first layers left out, and with
activations of 16 bits. Usage: precision.py FOLDER; needs numpy, onnx and onnxruntime."""

import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

folder = Path(sys.argv[1])
rng = np.random.default_rng(7)


def weight(name, *shape):
    fan = np.prod(shape[1:])
    return numpy_helper.from_array((rng.standard_normal(shape) * np.sqrt(2 / fan)).astype(np.float32), name)


def conv(name, source, target):
    return helper.make_node(
        "Conv", [source, name + ".w", name + ".b"], [target], name=name, kernel_shape=[3, 3], pads=[1, 1, 1, 1]
    )


def relu(source, target):
    return helper.make_node("Relu", [source], [target], name=target)


nodes = [conv("stem", "input", "stem.out"), relu("stem.out", "stem.relu")]
stream = "stem.relu"
initializers = [weight("stem.w", 6, 1, 3, 3), weight("stem.b", 6)]
for block in ("one", "two"):
    a, b = block + ".a", block + ".b"
    nodes += [
        conv(a, stream, a + ".out"),
        relu(a + ".out", a + ".relu"),
        conv(b, a + ".relu", b + ".out"),
        helper.make_node("Add", [b + ".out", stream], [block + ".sum"], name=block + ".add"),
        relu(block + ".sum", block + ".relu"),
    ]
    stream = block + ".relu"
    initializers += [weight(n + s, *d) for n in (a, b) for s, d in ((".w", (6, 6, 3, 3)), (".b", (6,)))]
nodes += [
    helper.make_node("GlobalAveragePool", [stream], ["pooled"], name="pool"),
    helper.make_node("Flatten", ["pooled"], ["flat"], name="flatten"),
    helper.make_node("Gemm", ["flat", "head.w", "head.b"], ["logits"], name="head", transB=1),
]
initializers += [weight("head.w", 4, 6), weight("head.b", 4)]
graph = helper.make_graph(
    nodes,
    "residual",
    [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["n", 1, 8, 8])],
    [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", 4])],
    initializers,
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
model.ir_version = 8
onnx.checker.check_model(model)
onnx.save(model, folder / "float.onnx")


class Reader(CalibrationDataReader):
    def __init__(self):
        self.batches = iter([{"input": rng.random((64, 1, 8, 8), dtype=np.float32)}])

    def get_next(self):
        return next(self.batches, None)


def quantize(name, excluded=(), activations=QuantType.QUInt8):
    global rng
    rng = np.random.default_rng(11)
    quantize_static(
        folder / "float.onnx",
        folder / name,
        Reader(),
        quant_format=QuantFormat.QDQ,
        per_channel=True,
        activation_type=activations,
        weight_type=QuantType.QInt8,
        nodes_to_exclude=list(excluded),
    )


quantize("int8.onnx")
quantize("int8-float3.onnx", ["stem", "stem.relu", "one.a", "one.a.relu", "one.b", "one.add", "one.relu"])
quantize("int16.onnx", activations=QuantType.QUInt16)
