package dev.plumbline.host.task;

import dev.plumbline.host.onnx.ObjectChoice;
import dev.plumbline.host.onnx.RowOutput;
import java.util.List;
import java.util.Optional;

/**
 * A detector's head with the outputs that it reads.
 *
 * @param queries whether each object has one query, so that no boxes need be dropped
 * @param chosen how the graph chooses objects, where it does and where that is known
 */
record BoundHead(
    DetectionHead head, List<RowOutput> rows, boolean queries, Optional<ObjectChoice> chosen) {}
