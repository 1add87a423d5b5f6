package dev.plumbline.agent;

import static dev.plumbline.agent.AgentFixture.batch;
import static dev.plumbline.agent.AgentFixture.inferHeader;
import static dev.plumbline.agent.AgentFixture.request;

import com.google.common.util.concurrent.ListenableFuture;
import dev.plumbline.device.v1.DescribeRequest;
import dev.plumbline.device.v1.DescribeResponse;
import dev.plumbline.device.v1.DeviceServiceGrpc;
import dev.plumbline.device.v1.InferRequest;
import dev.plumbline.device.v1.InferResponse;
import io.grpc.Channel;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Calls that are cancelled at random moments among calls that never are, over the same connections.
 * The innocent ones know each byte of their answers: the oracle for logits is ONNX Runtime in this
 * process.
 */
final class Storm {
  private static final int THREADS = 16;
  private static final int PICTURES = 64;
  private static final int PIXELS = 4;
  private static final int MAX_WRONG = 20;
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final long LONGEST_PAUSE_NANOS = 3_000_000;

  private final List<Channel> channels;
  private final byte[] model;
  private final String sha256;
  private final byte[][] pictures = new byte[PICTURES][PIXELS];
  private final float[][] expected = new float[PICTURES][];
  private final long seed;
  private final DescribeResponse description;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger innocent = new AtomicInteger();
  private final AtomicInteger cancelled = new AtomicInteger();
  private final List<String> wrong = Collections.synchronizedList(new ArrayList<>());

  /**
   * What became of it.
   *
   * @param innocent calls that were to be answered
   * @param cancelled calls that were given up
   * @param wrong what innocent calls got instead of their answers, 20 at most
   */
  record Result(int innocent, int cancelled, List<String> wrong) {}

  /**
   * @param channels to an agent that holds nothing yet
   */
  Storm(List<Channel> channels, long seed) throws Exception {
    this.channels = channels;
    this.seed = seed;
    this.model = SmallModel.linear(0, 1, 2, 2).build().toByteArray();
    this.sha256 = SmallModel.sha256(model);
    SplittableRandom random = new SplittableRandom(seed);
    for (int p = 0; p < PICTURES; p++) {
      float[] input = new float[PIXELS];
      for (int i = 0; i < PIXELS; i++) {
        pictures[p][i] = (byte) random.nextInt(256);
        input[i] = (pictures[p][i] & 0xff) / 255f;
      }
      expected[p] = SmallModel.logits(model, input, 1, 1, 2, 2)[0];
    }
    Status put = SecureAgent.put(channels.get(0), model);
    if (!put.isOk()) {
      throw new IllegalStateException("the model was not taken: " + put);
    }
    this.description = describe(channels.get(0));
  }

  /** Makes so many calls, and returns when the last one has ended or has been given up. */
  Result run(int calls) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        all.add(
            threads.submit(
                () -> {
                  for (int i = next.getAndIncrement(); i < calls; i = next.getAndIncrement()) {
                    call(i);
                  }
                  return null;
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } finally {
      threads.shutdownNow();
    }
    return new Result(innocent.get(), cancelled.get(), List.copyOf(wrong));
  }

  /** A call's kind and moments depend on the seed and its number alone. */
  private void call(int number) throws InterruptedException {
    SplittableRandom random = new SplittableRandom(seed * 1_000_003 + number);
    Channel channel = channels.get(random.nextInt(channels.size()));
    boolean unary = random.nextBoolean();
    if (random.nextInt(5) < 3) {
      cancelled.incrementAndGet();
      if (unary) {
        cancelQuestion(channel, random);
      } else {
        cancelStream(channel, random);
      }
      return;
    }
    innocent.incrementAndGet();
    String found;
    try {
      found = unary ? question(channel) : stream(channel, random);
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception | AssertionError e) {
      found = e.toString();
    }
    if (!found.isEmpty() && wrong.size() < MAX_WRONG) {
      wrong.add("call " + number + ": " + found);
    }
  }

  private static DescribeResponse describe(Channel channel) {
    DescribeResponse whole =
        DeviceServiceGrpc.newBlockingStub(channel)
            .withDeadlineAfter(1, TimeUnit.MINUTES)
            .describe(DescribeRequest.getDefaultInstance());
    // Which models have run changes in between.
    return whole.toBuilder().clearModels().build();
  }

  private String question(Channel channel) {
    DescribeResponse found = describe(channel);
    return found.equals(description) ? "" : "a description that is not the agent's: " + found;
  }

  private Talk<InferRequest, InferResponse> open(Channel channel) {
    return new Talk<InferRequest, InferResponse>(DeviceServiceGrpc.newStub(channel)::infer)
        .send(request(inferHeader(sha256, 1, 2, 2)));
  }

  private String stream(Channel channel, SplittableRandom random) throws Exception {
    var call = open(channel);
    int batches = 1 + random.nextInt(4);
    int[] sent = new int[batches];
    long first = random.nextLong(1L << 40);
    for (int b = 0; b < batches; b++) {
      sent[b] = random.nextInt(PICTURES);
      call.send(batch(first + b, 1, pictures[sent[b]]));
    }
    call.endSending();
    for (int b = 0; b < batches; b++) {
      InferResponse answer = call.answer(PATIENCE);
      float[] logits = new float[answer.getLogitsCount()];
      for (int i = 0; i < logits.length; i++) {
        logits[i] = answer.getLogits(i);
      }
      if (answer.getBatchId() != first + b
          || answer.getCount() != 1
          || !answer.getFingerprint().getModelSha256().equals(sha256)
          || !Arrays.equals(logits, expected[sent[b]])) {
        return "for batch " + (first + b) + " the answer " + answer;
      }
    }
    Status end = call.end(PATIENCE);
    return end.isOk() ? "" : end.toString();
  }

  private void cancelQuestion(Channel channel, SplittableRandom random) {
    ListenableFuture<DescribeResponse> answer =
        DeviceServiceGrpc.newFutureStub(channel).describe(DescribeRequest.getDefaultInstance());
    pause(random);
    answer.cancel(true);
  }

  private void cancelStream(Channel channel, SplittableRandom random) {
    var call = open(channel);
    int batches = random.nextInt(5);
    for (int b = 0; b < batches; b++) {
      call.send(batch(b, 1, pictures[random.nextInt(PICTURES)]));
      if (random.nextInt(3) == 0) {
        pause(random);
      }
    }
    pause(random);
    call.cancel();
  }

  /** Often none, so that the cancellation meets each moment of a call's life. */
  private static void pause(SplittableRandom random) {
    if (random.nextInt(3) > 0) {
      LockSupport.parkNanos(random.nextLong(LONGEST_PAUSE_NANOS));
    }
  }
}
