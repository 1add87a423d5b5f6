package dev.plumbline.host.task;

import dev.plumbline.host.onnx.RowOutput;
import java.util.List;

/**
 * A task of a certain model.
 *
 * @param rows the outputs whose numbers, one output after the other, are what the task reads of an
 *     input: its row; at least one
 */
record BoundTask(Task task, List<RowOutput> rows) {
  BoundTask {
    rows = List.copyOf(rows);
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("a task that reads no output");
    }
  }
}
