/**
 * An ONNX graph as a differentiable function on DJL arrays. {@link
 * dev.plumbline.host.autograd.DifferentiableGraph} runs it; each operator is a class of its own,
 * listed in {@link dev.plumbline.host.autograd.OperatorRegistry}.
 */
package dev.plumbline.host.autograd;
