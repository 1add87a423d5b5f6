package dev.plumbline.host.device;

import dev.plumbline.device.v1.InferResponse;
import dev.plumbline.device.v1.NamedTensor;
import dev.plumbline.device.v1.OutputPart;
import dev.plumbline.host.judging.DeviceUnreachableException;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the answers of one call, of either version, and holds them against what was sent. Every
 * method throws {@link DeviceUnreachableException} where an answer is not the one that was due.
 */
final class InferAnswers {
  private final DeviceAddress device;
  private final String modelSha256;
  private final boolean named;

  /** Of version 1, the same in all answers; 0 before the first. */
  private int classes;

  /** Of version 2, the outputs that are read; empty where the first is, before the first answer. */
  private List<String> outputs;

  /**
   * @param named whether answers have named tensors
   * @param outputs names of the outputs that were asked for; empty for the first
   */
  InferAnswers(DeviceAddress device, String modelSha256, boolean named, List<String> outputs) {
    this.device = device;
    this.modelSha256 = modelSha256;
    this.named = named;
    this.outputs = outputs;
  }

  /**
   * Reads an answer.
   *
   * @param first of the pictures that it is due for
   * @param count how many these are
   */
  List<DeviceOutput> read(InferResponse response, int first, int count) {
    boolean due =
        response.getBatchId() == first
            && response.getCount() == count
            && response.getFingerprint().getModelSha256().equals(modelSha256);
    return named ? parts(response, due, first, count) : logits(response, due, first, count);
  }

  private List<DeviceOutput> logits(InferResponse response, boolean due, int first, int count) {
    boolean right =
        due
            && response.getClasses() > 0
            && (classes == 0 || response.getClasses() == classes)
            && response.getLogitsCount() == (long) count * response.getClasses();
    if (!right) {
      String found =
          response.getLogitsCount()
              + " logits of batch "
              + response.getBatchId()
              + " ("
              + response.getCount()
              + " pictures, "
              + response.getClasses()
              + " classes)";
      throw wrong(found, first, count, null);
    }
    classes = response.getClasses();
    return List.of(
        new DeviceOutput(
            Map.of(
                "logits",
                Tensor.ofFloats(new long[] {count, classes}, InferMessages.logits(response))),
            first,
            count,
            count,
            response.getInferenceNanos()));
  }

  private List<DeviceOutput> parts(InferResponse response, boolean due, int first, int count) {
    if (outputs.isEmpty() && response.getOutputsCount() > 0) {
      outputs = List.of(response.getOutputs(0).getTensor().getName());
    }
    List<List<OutputPart>> byOutput = new ArrayList<>();
    for (String output : outputs) {
      byOutput.add(parts(output, response, due, first, count));
    }
    if (!due || byOutput.isEmpty()) {
      throw wrong(response, first, count, null);
    }
    List<OutputPart> cuts =
        byOutput.stream().max(Comparator.comparingInt(List::size)).orElseThrow();
    List<DeviceOutput> answers = new ArrayList<>();
    for (OutputPart cut : cuts) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (int i = 0; i < outputs.size(); i++) {
        OutputPart part = part(byOutput.get(i), cut, response, first, count);
        tensors.put(outputs.get(i), tensor(part.getTensor(), response, first, count));
      }
      int ran = cut.getRows() ? cut.getCount() : cut.getRun();
      answers.add(
          new DeviceOutput(
              tensors, first + cut.getFirst(), cut.getCount(), ran, response.getInferenceNanos()));
    }
    return answers;
  }

  /** The parts of one output, which are all of the batch. */
  private List<OutputPart> parts(
      String output, InferResponse response, boolean due, int first, int count) {
    List<OutputPart> parts = new ArrayList<>();
    int done = 0;
    for (OutputPart part : response.getOutputsList()) {
      if (!part.getTensor().getName().equals(output)) {
        continue;
      }
      boolean right =
          due
              && part.getFirst() == done
              && part.getCount() > 0
              && part.getCount() <= count - done
              && part.getRun() > 0
              && (part.getRows() ? isRows(part) : part.getCount() <= part.getRun());
      if (!right) {
        throw wrong(response, first, count, null);
      }
      parts.add(part);
      done += part.getCount();
    }
    if (done != count) {
      throw wrong(response, first, count, null);
    }
    return parts;
  }

  /** What an output has for the pictures of a part of another one. */
  private OutputPart part(
      List<OutputPart> parts, OutputPart cut, InferResponse response, int first, int count) {
    for (OutputPart part : parts) {
      boolean same = part.getFirst() == cut.getFirst() && part.getCount() == cut.getCount();
      if (same && part.getRows() == cut.getRows()) {
        return part;
      }
      boolean holds =
          part.getFirst() <= cut.getFirst()
              && part.getFirst() + part.getCount() >= cut.getFirst() + cut.getCount();
      if (holds && part.getRows() && cut.getRows()) {
        return rows(part, cut.getFirst() - part.getFirst(), cut.getCount());
      }
    }
    throw wrong(response, first, count, null);
  }

  private static OutputPart rows(OutputPart part, int from, int count) {
    NamedTensor all = part.getTensor();
    int each = all.getData().size() / part.getCount();
    NamedTensor some =
        all.toBuilder()
            .setDims(0, count)
            .setData(all.getData().substring(from * each, (from + count) * each))
            .build();
    return part.toBuilder()
        .setTensor(some)
        .setFirst(part.getFirst() + from)
        .setCount(count)
        .build();
  }

  private static boolean isRows(OutputPart part) {
    return part.getTensor().getDimsCount() > 0 && part.getTensor().getDims(0) == part.getCount();
  }

  private Tensor tensor(NamedTensor wire, InferResponse response, int first, int count) {
    try {
      ElementType type =
          ElementType.of(wire.getElementTypeValue())
              .orElseThrow(
                  () -> new IllegalArgumentException("type " + wire.getElementTypeValue()));
      long[] dims = wire.getDimsList().stream().mapToLong(Long::longValue).toArray();
      return Tensor.ofRaw(type, dims, wire.getData());
    } catch (IllegalArgumentException e) {
      throw wrong(response, first, count, e);
    }
  }

  private DeviceUnreachableException wrong(
      InferResponse response, int first, int count, IllegalArgumentException reason) {
    StringBuilder found = new StringBuilder();
    for (OutputPart part : response.getOutputsList().subList(0, few(response))) {
      found
          .append(found.isEmpty() ? "" : ", ")
          .append(part.getTensor().getName())
          .append(part.getTensor().getDimsList())
          .append(" of pictures ")
          .append(part.getFirst())
          .append(" to ")
          .append((long) part.getFirst() + part.getCount());
    }
    String more = reason == null ? "" : "; " + reason.getMessage();
    return wrong(
        response.getOutputsCount()
            + " parts of outputs ("
            + found
            + more
            + ") of batch "
            + response.getBatchId()
            + " ("
            + response.getCount()
            + " pictures)",
        first,
        count,
        reason);
  }

  private static int few(InferResponse response) {
    return Math.min(3, response.getOutputsCount());
  }

  private DeviceUnreachableException wrong(
      String found, int first, int count, IllegalArgumentException reason) {
    return new DeviceUnreachableException(
        "device "
            + device
            + " answered with "
            + found
            + " where batch "
            + first
            + " of "
            + count
            + " pictures was due",
        reason);
  }
}
