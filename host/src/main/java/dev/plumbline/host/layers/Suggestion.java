package dev.plumbline.host.layers;

import dev.plumbline.host.onnx.OnnxModel;
import java.util.List;

/**
 * Layers to keep in float.
 *
 * @param layers in the order in which they were chosen
 * @param restored deviations that get the original's label back with them, in the eyes of the proxy
 * @param deviations there are without
 * @param model of mixed precision; the compressed model where nothing is suggested
 */
public record Suggestion(List<String> layers, int restored, int deviations, OnnxModel model) {}
