package dev.plumbline.host.compress;

import dev.plumbline.host.onnx.Node;

/** What has to change at a node when channels are removed. */
sealed interface ChannelEdit {
  Node node();

  /**
   * A constant at an input of the node loses positions along an axis.
   *
   * @param input position among the node's inputs
   * @param ids one for each position along the axis
   */
  record Cut(Node node, int input, int axis, int[] ids) implements ChannelEdit {}

  /**
   * An attribute of the node counts channels.
   *
   * @param ids what it counts
   */
  record Count(Node node, String attribute, int[] ids) implements ChannelEdit {}

  /**
   * The shape that a Reshape asks for names a number of channels.
   *
   * @param shape what it asks for now
   * @param position in the shape
   * @param ids one for each position along that axis
   */
  record Shape(Node node, long[] shape, int position, int[] ids) implements ChannelEdit {}
}
