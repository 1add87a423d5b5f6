package dev.plumbline.host.soak;

import dev.plumbline.host.Progress;
import dev.plumbline.host.corpus.Outcome;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Preprocessing.ChannelOrder;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import dev.plumbline.host.device.DeviceAddress;
import dev.plumbline.host.device.LinearModel;
import dev.plumbline.host.device.SoakDevice;
import dev.plumbline.host.fleet.FleetDatabase;
import dev.plumbline.host.fleet.PictureSet;
import dev.plumbline.host.judging.Judged;
import dev.plumbline.host.judging.Question;
import dev.plumbline.host.judging.RepeatedJudging;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.task.Label;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * A host that asks its devices again and again, each from a thread of its own: a turn opens the
 * device, gives it the model, has it judge some pictures in batches, and closes it. Every
 * twenty-fifth turn goes into a database, as all do in earnest.
 */
final class Fleet implements AutoCloseable {
  static final int PICTURES = 80;
  private static final int STORED = 25;
  private static final PictureShape SHAPE = new PictureShape(3, 6, 5);
  private static final Preprocessing PLAIN =
      new Preprocessing(List.of(0f, 0f, 0f), List.of(1f, 1f, 1f), Layout.NCHW, ChannelOrder.RGB);

  private final OnnxModel model;
  private final List<Question> questions = new ArrayList<>();
  private final PictureSet pictures;
  private final FleetDatabase database;
  private final Overheads overheads;
  private final AtomicInteger turns = new AtomicInteger();
  private final AtomicInteger decided = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();
  private final AtomicReference<String> failure = new AtomicReference<>("");
  private final List<Thread> threads = new ArrayList<>();
  private final CountDownLatch stop = new CountDownLatch(1);

  Fleet(Path folder, Overheads overheads) throws IOException {
    this.overheads = overheads;
    model = OnnxModel.read(LinearModel.write(folder, 1));
    Random random = new Random(2);
    for (int i = 0; i < PICTURES; i++) {
      byte[] pixels = new byte[SHAPE.bytes()];
      random.nextBytes(pixels);
      questions.add(
          new Question("p" + i, Question.CLEAN, new Picture(SHAPE, pixels), Label.known(0)));
    }
    pictures = PictureSet.ofClean(questions);
    database = FleetDatabase.open("jdbc:h2:file:" + folder.resolve("fleet"));
  }

  /**
   * Begins.
   *
   * @param most turns of each device
   * @param periodMillis from the begin of one to that of the next; 0 for at once
   */
  void begin(List<DeviceAddress> devices, int most, long periodMillis) {
    for (int i = 0; i < devices.size(); i++) {
      DeviceAddress device = devices.get(i);
      // Spread, as devices in earnest are.
      long offset = periodMillis * i / devices.size();
      Thread thread = new Thread(() -> ask(device, most, offset, periodMillis), "soak-" + i);
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
  }

  private void ask(DeviceAddress device, int most, long offset, long periodMillis) {
    try {
      long next = System.nanoTime() + offset * 1_000_000;
      for (int i = 0; i < most; i++) {
        if (stop.await(next - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          return;
        }
        next += periodMillis * 1_000_000;
        turn(device);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      fail(e.toString());
    }
  }

  private void turn(DeviceAddress device) {
    SoakDevice source = new SoakDevice(device, PLAIN, overheads::add);
    Judged judged =
        new RepeatedJudging(model, Optional.empty(), 0, Progress.SILENT).judge(source, questions);
    judged.failure().ifPresent(why -> fail(why.message()));
    decided.addAndGet(judged.count(Outcome.DEVIATES) + judged.count(Outcome.AGREES));
    if (turns.incrementAndGet() % STORED == 0) {
      synchronized (database) {
        long run = database.runs().begin("soak");
        database
            .runs()
            .store(run, pictures, model.sha256(), judged, Question.groups(questions), Map.of());
        database.runs().end(run, true);
      }
    }
  }

  int turns() {
    return turns.get();
  }

  int decided() {
    return decided.get();
  }

  int stored() {
    return database.history().runs().size();
  }

  private void fail(String why) {
    failed.incrementAndGet();
    failure.set(why);
  }

  /** Turns in which a device did not get through. */
  int failed() {
    return failed.get();
  }

  /** The last of the reasons; empty if none failed. */
  String failure() {
    return failure.get();
  }

  /** Waits for all turns that were asked for. */
  void await() throws InterruptedException {
    for (Thread thread : threads) {
      thread.join();
    }
  }

  @Override
  public void close() {
    stop.countDown();
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        LockSupport.parkNanos(10_000_000);
      }
    }
  }
}
