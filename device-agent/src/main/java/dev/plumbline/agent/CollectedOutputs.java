package dev.plumbline.agent;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.TensorInfo;
import com.google.protobuf.UnsafeByteOperations;
import dev.plumbline.device.v1.NamedTensor;
import dev.plumbline.device.v1.OutputPart;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the runs of one batch put out, name by name. Rows of runs that follow each other stand in
 * one array, into which they are copied once.
 */
final class CollectedOutputs {
  private final int pictures;
  private final long maxBytes;
  private final Map<String, Collected> byName = new LinkedHashMap<>();
  private long bytes;

  /**
   * Of one run.
   *
   * @param first of its pictures in the batch
   * @param present pictures of it that are the batch's, not copies that fill it up
   * @param size pictures that ran; 0 where tensors ran
   */
  record Run(int first, int present, int size) {}

  /**
   * A tensor that ONNX Runtime has made, which has yet to be copied.
   *
   * @param values those of a tensor that stays, direct; or a copy that nobody else has, with an
   *     array
   */
  record Made(TensorType type, long[] shape, ByteBuffer values) {}

  /**
   * @param pictures in the batch; 0 where tensors run
   * @param maxBytes of all outputs
   */
  CollectedOutputs(int pictures, long maxBytes) {
    this.pictures = pictures;
    this.maxBytes = maxBytes;
  }

  /**
   * Adds what a run put out under a name.
   *
   * @return what was added
   * @throws RefusedException if the wire cannot carry it
   */
  Made add(String name, OnnxValue value, Run run) {
    if (!(value instanceof OnnxTensor tensor) || TensorType.of(tensor.getInfo()).isEmpty()) {
      throw notCarried(name, value.getInfo());
    }
    TensorInfo info = tensor.getInfo();
    TensorType type = TensorType.of(info).orElseThrow();
    requireRoom(name, info.getShape(), info.getNumElements() * type.bytes());
    // ONNX Runtime has no memory to show of an empty tensor.
    ByteBuffer values =
        info.getNumElements() == 0 ? ByteBuffer.allocate(0) : tensor.getByteBuffer();
    Made made = new Made(type, info.getShape(), values);
    add(name, made, run);
    return made;
  }

  /** Adds what a run has put out into memory that was there before. */
  void add(String name, Made made, Run run) {
    requireRoom(name, made.shape(), made.values().remaining());
    byName.computeIfAbsent(name, Collected::new).add(made, run);
  }

  static RefusedException notCarried(String name, Object info) {
    return LoadedModel.refused(
        "its output '"
            + name
            + "' is "
            + info
            + "; expected a tensor of numbers, or a host that names other outputs");
  }

  private void requireRoom(String name, long[] shape, long more) {
    if (bytes + more > maxBytes) {
      throw RefusedException.tooMuch(
          "model gives "
              + more
              + " bytes ("
              + Arrays.toString(shape)
              + ") as its output '"
              + name
              + "' beside "
              + bytes
              + " bytes of the same batch; expected at most "
              + maxBytes
              + " bytes in the answer to a batch");
    }
  }

  List<OutputPart> parts() {
    List<OutputPart> parts = new ArrayList<>();
    byName.values().forEach(output -> parts.addAll(output.end()));
    return parts;
  }

  private final class Collected {
    private final String name;
    private final List<OutputPart> done = new ArrayList<>();

    /** Of the rows that more may follow; null where there are none. */
    private Made open;

    private Run begun;
    private byte[] rows = {};
    private int rowBytes;
    private int count;

    Collected(String name) {
      this.name = name;
    }

    void add(Made made, Run run) {
      boolean isRows = run.size() > 0 && made.shape().length > 0 && made.shape()[0] == run.size();
      if (!isRows) {
        close();
        byte[] whole = made.values().hasArray() ? made.values().array() : copy(made.values());
        bytes += whole.length;
        done.add(part(made, made.shape(), whole, whole.length, run, run.present(), false));
        return;
      }
      if (open != null && !continues(made)) {
        close();
      }
      if (open == null) {
        begin(made, run);
      } else {
        append(made, run);
      }
      bytes += (long) run.present() * rowBytes;
    }

    private boolean continues(Made made) {
      return open.type() == made.type()
          && open.shape().length == made.shape().length
          && Arrays.equals(
              open.shape(), 1, open.shape().length, made.shape(), 1, made.shape().length);
    }

    private void begin(Made made, Run run) {
      open = made;
      begun = run;
      count = 0;
      rowBytes = made.values().remaining() / run.size();
      if (made.values().hasArray() && run.first() + run.present() == pictures) {
        // Nothing follows.
        rows = made.values().array();
        count = run.present();
        return;
      }
      // A model whose shapes change has many parts, each of which may be the last of its shape.
      int expected = done.isEmpty() ? pictures - run.first() : run.present();
      rows = new byte[(int) Math.min((long) expected * rowBytes, maxBytes)];
      append(made, run);
    }

    private void append(Made made, Run run) {
      int length = run.present() * rowBytes;
      int needed = Math.addExact(count * rowBytes, length);
      if (rows.length < needed) {
        rows = Arrays.copyOf(rows, (int) Math.max(needed, Math.min(2L * needed, maxBytes)));
      }
      made.values().get(made.values().position(), rows, count * rowBytes, length);
      count += run.present();
    }

    private void close() {
      if (open != null) {
        long[] shape = open.shape().clone();
        shape[0] = count;
        done.add(part(open, shape, rows, count * rowBytes, begun, count, true));
        open = null;
      }
    }

    List<OutputPart> end() {
      close();
      return done;
    }

    private OutputPart part(
        Made made, long[] shape, byte[] data, int length, Run run, int present, boolean ofRows) {
      NamedTensor.Builder tensor =
          NamedTensor.newBuilder()
              .setName(name)
              .setElementType(made.type().wire())
              .setData(UnsafeByteOperations.unsafeWrap(data, 0, length));
      for (long dim : shape) {
        tensor.addDims(dim);
      }
      return OutputPart.newBuilder()
          .setTensor(tensor)
          .setFirst(run.first())
          .setCount(present)
          .setRows(ofRows)
          .setRun(run.size())
          .build();
    }

    private byte[] copy(ByteBuffer values) {
      byte[] copy = new byte[values.remaining()];
      values.get(values.position(), copy);
      return copy;
    }
  }
}
