"""An ONNX classifier as a PyTorch module that runs eagerly: the peer of Plumbline's graph.

It knows the operators of convolutional classifiers as exporters and ONNX Runtime's quantizer write
them (opset 13 on). QuantizeLinear with DequantizeLinear after it becomes PyTorch's own fused fake
quantization, whose straight-through gradient is zero where a value was clipped.
"""
import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper

RANGES = {torch.uint8: (0, 255), torch.int8: (-128, 127), torch.int32: (-(2**31), 2**31 - 1)}


def same_on_both_sides(pads):
    half = len(pads) // 2
    if pads[:half] != pads[half:]:
        raise ValueError(f"padding {pads} differs between the sides, expected the same on both")
    return pads[:half]


def padded(x, pads):
    """The array and the padding of a convolution, which takes the same on both sides alone."""
    top, left, bottom, right = pads
    if (top, left) == (bottom, right):
        return x, (top, left)
    return F.pad(x, (left, right, top, bottom)), (0, 0)


class Eager(torch.nn.Module):
    """Logits of a model whose only input is a batch of pictures, N x C x H x W."""

    def __init__(self, file, device="cpu"):
        super().__init__()
        model = onnx.load(file)
        graph = model.graph
        self.constants = {
            i.name: torch.from_numpy(np.array(numpy_helper.to_array(i))) for i in graph.initializer}
        self.input = next(i.name for i in graph.input if i.name not in self.constants)
        self.output = graph.output[0].name
        self.steps = []
        producer = {}
        for node in graph.node:
            attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
            if node.op_type == "Constant":
                self.constants[node.output[0]] = torch.from_numpy(
                    np.array(numpy_helper.to_array(attributes["value"])))
            elif node.op_type == "DequantizeLinear" and node.input[0] in self.constants:
                self.constants[node.output[0]] = self.dequantized(node, attributes)
            else:
                producer[node.output[0]] = node
                self.steps.append((node, attributes))
        self.producer = producer
        # Scales and zero points are read as numbers, and stay where that waits for nothing.
        self.numbers = self.constants
        self.constants = {name: value.to(device) for name, value in self.constants.items()}

    def dequantized(self, node, attributes):
        values, scale = self.constants[node.input[0]], self.constants[node.input[1]]
        zero = self.constants[node.input[2]] if len(node.input) > 2 else torch.zeros_like(scale)
        if scale.dim():
            shape = [1] * values.dim()
            shape[attributes.get("axis", 1)] = -1
            scale, zero = scale.reshape(shape), zero.reshape(shape)
        return (values.to(torch.float64) - zero.to(torch.float64)).mul(scale.double()).float()

    def forward(self, x):
        values = dict(self.constants)
        values[self.input] = x
        for node, attributes in self.steps:
            if node.op_type == "QuantizeLinear":
                continue
            operands = [values[name] if name else None for name in node.input if name in values or not name]
            values[node.output[0]] = self.run(node, attributes, operands, values)
        return values[self.output]

    def run(self, node, attributes, operands, values):
        kind = node.op_type
        if kind == "DequantizeLinear":
            quantize = self.producer[node.input[0]]
            zero = self.numbers[quantize.input[2]]
            low, high = RANGES[zero.dtype]
            return torch.fake_quantize_per_tensor_affine(
                values[quantize.input[0]], float(self.numbers[quantize.input[1]]), int(zero), low, high)
        x = operands[0]
        if kind == "Conv":
            x, padding = padded(x, attributes.get("pads", [0, 0, 0, 0]))
            return F.conv2d(
                x, operands[1], operands[2] if len(operands) > 2 else None,
                stride=attributes.get("strides", [1, 1]), padding=padding,
                dilation=attributes.get("dilations", [1, 1]), groups=attributes.get("group", 1))
        if kind == "BatchNormalization":
            _, weight, bias, mean, variance = operands
            return F.batch_norm(
                x, mean, variance, weight, bias, training=False, eps=attributes.get("epsilon", 1e-5))
        if kind == "Relu":
            return F.relu(x)
        if kind == "Clip":
            return torch.clamp(x, float(self.numbers[node.input[1]]), float(self.numbers[node.input[2]]))
        if kind == "Pad":
            before, after = self.numbers[node.input[1]].tolist()[2:4], self.numbers[node.input[1]].tolist()[6:8]
            return F.pad(x, (before[1], after[1], before[0], after[0]))
        if kind == "Reshape":
            return x.reshape(len(x), -1)
        if kind == "Add":
            return x + operands[1]
        if kind == "GlobalAveragePool":
            return x.mean((2, 3), keepdim=True)
        if kind == "MaxPool":
            return F.max_pool2d(
                x, attributes["kernel_shape"], attributes.get("strides", [1, 1]),
                same_on_both_sides(attributes.get("pads", [0, 0, 0, 0])))
        if kind == "Flatten":
            return x.flatten(attributes.get("axis", 1))
        if kind == "Gemm":
            weight = operands[1] if attributes.get("transB", 0) else operands[1].t()
            return F.linear(x, weight, operands[2])
        raise ValueError(f"operator {kind} is not known to this peer")
