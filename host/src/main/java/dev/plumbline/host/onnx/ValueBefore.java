package dev.plumbline.host.onnx;

/**
 * What a softmax or a sigmoid at the end of a graph is given.
 *
 * @param name of the value
 * @param axis that the softmax goes over, as its node has it: negative from the end
 */
public record ValueBefore(String name, int axis) {}
