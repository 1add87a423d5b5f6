package dev.plumbline.host.task;

import dev.plumbline.host.onnx.RowOutput;
import java.util.List;

/**
 * A detector's head with the outputs that it reads.
 *
 * @param queries whether each object has one query, so that no boxes need be dropped
 */
record BoundHead(DetectionHead head, List<RowOutput> rows, boolean queries) {}
