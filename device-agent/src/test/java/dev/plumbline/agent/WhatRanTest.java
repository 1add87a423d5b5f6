package dev.plumbline.agent;

import static dev.plumbline.agent.AgentFixture.BOUNDS;
import static dev.plumbline.agent.AgentFixture.batch;
import static dev.plumbline.agent.AgentFixture.inferHeader;
import static dev.plumbline.agent.AgentFixture.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.device.v1.DescribeRequest;
import dev.plumbline.device.v1.DescribeResponse;
import dev.plumbline.device.v1.Fingerprint;
import dev.plumbline.device.v1.OperatorRun;
import io.grpc.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WhatRanTest {
  private static final Path INT8 = Path.of("..", "models", "fashion-mnist-resnet8-int8.onnx");

  @TempDir Path folder;

  private static Fingerprint ran(AgentFixture agent, byte[] model, int side) throws Exception {
    assertEquals(Status.Code.OK, agent.put(model).getCode());
    return agent
        .infer()
        .send(request(inferHeader(SmallModel.sha256(model), 1, side, side)))
        .send(batch(0, 2, new byte[2 * side * side]))
        .answer()
        .getFingerprint();
  }

  private static DescribeResponse describe(AgentFixture agent) {
    return agent.blocking().describe(DescribeRequest.getDefaultInstance());
  }

  @Test
  void anAnswerTellsWhichProviderRanTheModelsOperators() throws Exception {
    byte[] model = SmallModel.linear(0, 1, 2, 2).build().toByteArray();
    try (AgentFixture agent = new AgentFixture(folder, BOUNDS, Duration.ofMinutes(1))) {
      Fingerprint first = ran(agent, model, 2);
      assertEquals(1, first.getRanCount());
      assertEquals("CPUExecutionProvider", first.getRan(0).getProvider());
      assertEquals(2, first.getRan(0).getNodes());
      assertEquals(
          List.of("Flatten", "MatMul"),
          first.getRan(0).getOperatorsList().stream().map(OperatorRun::getOperator).toList());
      // Every later answer tells the same.
      assertEquals(first, ran(agent, model, 2));
    }
  }

  @Test
  void anInt8ModelIsSeenToRunInInt8() throws Exception {
    Bounds bounds = new Bounds(1 << 20, 4 << 20, 8, 8 << 10, 2, 4, Duration.ofMinutes(1));
    try (AgentFixture agent = new AgentFixture(folder, bounds, Duration.ofMinutes(1))) {
      Fingerprint fingerprint = ran(agent, Files.readAllBytes(INT8), 28);
      List<String> operators =
          fingerprint.getRan(0).getOperatorsList().stream().map(OperatorRun::getOperator).toList();
      // The file holds Conv between QuantizeLinear and DequantizeLinear; ONNX Runtime joins them.
      assertTrue(operators.contains("QLinearConv"), operators.toString());
      assertFalse(operators.contains("Conv"), operators.toString());
    }
  }

  @Test
  void theAgentDescribesTheModelsInMemoryThatHaveRun() throws Exception {
    try (AgentFixture agent = new AgentFixture(folder, BOUNDS, Duration.ofMinutes(1))) {
      assertEquals(List.of("CPU"), describe(agent).getAvailableProvidersList());
      assertEquals(List.of(), describe(agent).getModelsList());
      byte[] first = SmallModel.linear(0, 1, 2, 2).build().toByteArray();
      ran(agent, first, 2);
      Fingerprint model = describe(agent).getModels(0);
      assertEquals(SmallModel.sha256(first), model.getModelSha256());
      assertEquals(2, model.getBatch());
      assertEquals(1, model.getRan(0).getOperators(0).getNodeNamesCount());
      // Two more, and the first leaves memory.
      ran(agent, SmallModel.linear(0, 1, 3, 3).build().toByteArray(), 3);
      ran(agent, SmallModel.linear(0, 1, 4, 4).build().toByteArray(), 4);
      List<String> there =
          describe(agent).getModelsList().stream().map(Fingerprint::getModelSha256).toList();
      assertEquals(2, there.size());
      assertFalse(there.contains(SmallModel.sha256(first)));
    }
  }
}
