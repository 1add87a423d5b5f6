/** Whether the differentiable graph computes what ONNX Runtime does, layer by layer. */
package dev.plumbline.host.verification;
