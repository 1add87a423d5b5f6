package dev.plumbline.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FolderLockTest {
  @TempDir Path temp;

  private static String work(Path folder) {
    return FolderLock.holding(folder, Duration.ZERO, () -> "done");
  }

  private static List<Path> inside(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Test
  void theWorkIsDoneAndNothingIsLeft() throws IOException {
    Path folder = temp.resolve("new/out");
    assertEquals("done", work(folder));
    assertEquals(List.of(), inside(folder));
  }

  @Test
  void workThatFailsFreesTheFolder() throws IOException {
    assertThrows(
        IllegalStateException.class,
        () ->
            FolderLock.holding(
                temp,
                Duration.ZERO,
                () -> {
                  throw new IllegalStateException("of the work");
                }));
    assertEquals("done", work(temp));
    assertEquals(List.of(), inside(temp));
  }

  @Test
  void aSecondPartOfTheSameProgramIsRefusedAlsoByAnotherNameOfTheFolder() throws IOException {
    Path folder = Files.createDirectory(temp.resolve("folder"));
    Path other = Files.createSymbolicLink(temp.resolve("other"), folder);
    FolderLock.holding(
        folder,
        Duration.ZERO,
        () -> {
          Refusal.says(() -> work(other), other + " is being written by this program already");
          return null;
        });
    assertEquals("done", work(other));
  }

  @Test
  void oneThatWaitsGetsTheFolderAfterTheOther() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      StringBuffer order = new StringBuffer();
      Future<?> first =
          threads.submit(
              () ->
                  FolderLock.holding(
                      temp,
                      Duration.ZERO,
                      () -> {
                        held.countDown();
                        Waits.on(go);
                        return order.append("first ");
                      }));
      held.await();
      Future<?> second =
          threads.submit(
              () -> FolderLock.holding(temp, Duration.ofSeconds(30), () -> order.append("second")));
      go.countDown();
      first.get(30, TimeUnit.SECONDS);
      second.get(30, TimeUnit.SECONDS);
      assertEquals("first second", order.toString());
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void anotherProcessIsNamedAndOneThatIsKilledLocksNobodyOut() throws Exception {
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx32m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                temp.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      try (BufferedReader said = holder.inputReader()) {
        assertEquals("held", said.readLine());
        Refusal.says(
            () -> work(temp),
            "another program (process " + holder.pid() + ", since ",
            "expected one program at a time");
        holder.destroyForcibly().waitFor();
      }
      assertFalse(inside(temp).isEmpty());
      assertEquals("done", work(temp));
      assertEquals(List.of(), inside(temp));
    } finally {
      holder.destroyForcibly();
    }
  }

  /** Waits without a checked exception. */
  private static final class Waits {
    static void on(CountDownLatch latch) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  /** Another process. */
  static final class Holder {
    public static void main(String[] folder) {
      FolderLock.holding(
          Path.of(folder[0]),
          Duration.ZERO,
          () -> {
            System.out.println("held");
            Waits.on(new CountDownLatch(1));
            return null;
          });
    }
  }
}
