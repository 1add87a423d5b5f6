"""Quantizes the models under host/src/test/resources/exports with ONNX Runtime's own tools.

Usage: python3 quantize.py EXPORTS_DIR OUT_DIR   (onnxruntime 1.32.0)
"""

import pathlib
import sys

import numpy as np
import onnx
import onnxruntime as ort
from onnxruntime.quantization import (
    CalibrationDataReader,
    QuantFormat,
    QuantType,
    quantize_dynamic,
    quantize_static,
)
from onnxruntime.quantization.shape_inference import quant_pre_process

S8, U8 = QuantType.QInt8, QuantType.QUInt8
FORMS = {
    "qop-u8s8": dict(activation_type=U8, weight_type=S8, reduce_range=True),
    "qop-u8u8": dict(activation_type=U8, weight_type=U8),
    "qop-s8s8c": dict(activation_type=S8, weight_type=S8, per_channel=True),
}


class Noise(CalibrationDataReader):
    def __init__(self, name):
        random = np.random.default_rng(0)
        self.feeds = iter(
            [{name: random.standard_normal((4, 3, 16, 16)).astype(np.float32)} for _ in range(8)]
        )

    def get_next(self):
        return next(self.feeds, None)


def main(source, target):
    for name in ("lenet5", "vgg", "resnet", "densenet"):
        exported = source / f"{name}-opset17.onnx"
        x = onnx.load(exported).graph.input[0].name
        prepared = target / f"{name}-prepared.onnx"
        quant_pre_process(exported, prepared, skip_symbolic_shape=True)
        for form, options in FORMS.items():
            quantize_static(
                prepared,
                target / f"{name}-{form}.onnx",
                Noise(x),
                quant_format=QuantFormat.QOperator,
                **options,
            )
        quantize_static(
            prepared,
            target / f"{name}-qdq-16.onnx",
            Noise(x),
            quant_format=QuantFormat.QDQ,
            activation_type=QuantType.QUInt16,
            weight_type=QuantType.QInt16,
            extra_options={"UseQDQContribOps": True},
        )
        quantize_dynamic(prepared, target / f"{name}-dyn.onnx", weight_type=U8)
        prepared.unlink()
        options = ort.SessionOptions()
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
        options.optimized_model_filepath = str(target / f"{name}-opt.onnx")
        ort.InferenceSession(str(exported), options, providers=["CPUExecutionProvider"])


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
