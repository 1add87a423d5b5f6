package dev.plumbline.agent;

import com.google.protobuf.ProtocolStringList;
import dev.plumbline.device.v1.InferHeader;
import dev.plumbline.device.v1.InferRequest;
import dev.plumbline.device.v1.NamedTensor;
import dev.plumbline.device.v1.TensorBatch;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** What a call of Infer asks for, as its header says. */
final class Asked {
  /** Answers with named tensors; below it, with logits. */
  static final int NAMED_TENSORS = 2;

  private final InferHeader header;
  private final Optional<PictureInput> pictures;
  private final Bounds bounds;

  /**
   * @throws RefusedException if the header's fields do not go together
   */
  Asked(InferHeader header, Bounds bounds) {
    this.header = header;
    this.bounds = bounds;
    if (header.getVersion() < 0 || header.getVersion() > NAMED_TENSORS) {
      throw RefusedException.invalid(
          "version " + header.getVersion() + "; expected 0 to " + NAMED_TENSORS);
    }
    ProtocolStringList outputs = header.getOutputsList();
    if (!isNamed() && (!outputs.isEmpty() || !header.getPictureInput().isEmpty())) {
      throw RefusedException.invalid(
          "a header of version "
              + header.getVersion()
              + " with outputs or picture_input; expected version "
              + NAMED_TENSORS);
    }
    if (isNamed() && !header.getOutput().isEmpty()) {
      throw RefusedException.invalid(
          "a header of version 2 with the output '"
              + header.getOutput()
              + "'; expected outputs instead");
    }
    if (new HashSet<>(outputs).size() < outputs.size()) {
      throw RefusedException.invalid("the outputs " + outputs + "; expected each name once");
    }
    boolean sendsPictures = !isNamed() || header.hasShape();
    if (!sendsPictures
        && (header.hasPreprocessing()
            || header.getRunBatch() != 0
            || !header.getPictureInput().isEmpty())) {
      throw RefusedException.invalid(
          "a header with preprocessing, run_batch or picture_input, and no shape; expected the"
              + " shape of the pictures");
    }
    this.pictures =
        sendsPictures ? Optional.of(new PictureInput(header, bounds)) : Optional.empty();
  }

  InferHeader header() {
    return header;
  }

  /** Whether answers have named tensors. */
  boolean isNamed() {
    return header.getVersion() >= NAMED_TENSORS;
  }

  /** The one output that version 1 asks for by its name; empty for the first. */
  String output() {
    return header.getOutput();
  }

  /** Names of outputs that version 2 asks for; none for all. */
  List<String> outputs() {
    return header.getOutputsList();
  }

  /** What the pictures of the call are like; none where it sends tensors. */
  Optional<PictureInput> pictures() {
    return pictures;
  }

  /** The model's input that gets the pictures; empty for the only one. */
  String pictureInput() {
    return header.getPictureInput();
  }

  /** Tensors of a batch. */
  static List<NamedTensor> tensors(InferRequest batch) {
    return batch.hasTensors()
        ? batch.getTensors().getInputsList()
        : batch.getBatch().getInputsList();
  }

  /**
   * @param request a batch of pictures or tensors
   * @throws RefusedException if it is not what the header has announced, or not what it says
   */
  void check(InferRequest request) {
    if (request.hasTensors() != pictures.isEmpty()) {
      throw RefusedException.invalid(
          pictures.isEmpty()
              ? "a batch of pictures after a header without shape; expected tensors"
              : "a batch of tensors after a header with the shape of pictures; expected pictures");
    }
    if (!isNamed() && request.getBatch().getInputsCount() > 0) {
      throw RefusedException.invalid("tensors in a call of version 1; expected pictures alone");
    }
    pictures.ifPresent(input -> input.check(request.getBatch()));
    TensorInputs.check(tensors(request), bounds);
  }

  /** Of a batch that {@link #check} has passed: the sender's number of it. */
  static long id(InferRequest batch) {
    TensorBatch tensors = batch.getTensors();
    return batch.hasTensors() ? tensors.getId() : batch.getBatch().getId();
  }
}
