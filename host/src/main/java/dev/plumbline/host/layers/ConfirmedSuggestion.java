package dev.plumbline.host.layers;

import dev.plumbline.host.onnx.OnnxModel;

/**
 * Layers to keep in float, as the proxy suggests them and the host sees them.
 *
 * @param compressed the model without them
 */
public record ConfirmedSuggestion(
    OnnxModel compressed, Suggestion suggestion, Confirmation confirmation) {}
