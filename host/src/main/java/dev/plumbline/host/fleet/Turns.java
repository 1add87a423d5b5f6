package dev.plumbline.host.fleet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Has judges have their turns at the same time, a bounded number of them, each on a thread of its
 * own, and waits for all: one that is slow or fails holds nobody up. When the program is told to
 * end, or the thread that waits is interrupted, the turns that run end soon and what they came to
 * is kept; no other begins.
 */
final class Turns implements AutoCloseable {
  /**
   * Most of them wait for their device; a fleet that is bigger takes its turns one after another.
   */
  static final int AT_ONCE = 32;

  /** How long the end of the program waits for what is to be kept. */
  private static final Duration LAST = Duration.ofSeconds(10);

  private final ExecutorService threads;
  private final Thread atExit = new Thread(this::stopAndWait, "keep-verdicts");

  /** Threads that may be interrupted: those that ask, and not those that write. */
  private final Set<Thread> asking = new HashSet<>();

  private boolean stopped;

  Turns(int judges) {
    this.threads =
        Executors.newFixedThreadPool(
            Math.max(1, Math.min(AT_ONCE, judges)),
            task -> {
              Thread thread = new Thread(task, "judge");
              thread.setDaemon(true);
              return thread;
            });
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /**
   * Runs what may be interrupted, on the thread of a turn.
   *
   * @return empty if the turns were stopped before
   */
  <T> Optional<T> ask(Supplier<T> question) {
    synchronized (this) {
      if (stopped) {
        return Optional.empty();
      }
      asking.add(Thread.currentThread());
    }
    try {
      return Optional.of(question.get());
    } finally {
      synchronized (this) {
        asking.remove(Thread.currentThread());
        // To be interrupted while a database or a file is written would break it.
        Thread.interrupted();
      }
    }
  }

  /**
   * Has all turns, and waits for their ends.
   *
   * @return what they came to, in their order
   * @throws CancellationException if they were stopped
   */
  <T> List<T> have(List<Supplier<T>> turns) {
    List<Future<T>> futures = new ArrayList<>();
    turns.forEach(turn -> futures.add(threads.submit(turn::get)));
    List<T> results = new ArrayList<>();
    RuntimeException failure = null;
    for (Future<T> future : futures) {
      try {
        results.add(future.get());
      } catch (ExecutionException e) {
        RuntimeException now = unchecked(e.getCause());
        if (failure == null) {
          failure = now;
        } else {
          failure.addSuppressed(now);
        }
      } catch (InterruptedException e) {
        stopAndWait();
        Thread.currentThread().interrupt();
        throw new CancellationException("interrupted; what was judged till then is kept");
      }
    }
    synchronized (this) {
      if (stopped) {
        throw new CancellationException("interrupted; what was judged till then is kept");
      }
    }
    if (failure != null) {
      throw failure;
    }
    return results;
  }

  private static RuntimeException unchecked(Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException e ? e : new IllegalStateException(cause);
  }

  private void stopAndWait() {
    synchronized (this) {
      stopped = true;
      asking.forEach(Thread::interrupt);
    }
    threads.shutdown();
    try {
      threads.awaitTermination(LAST.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    threads.shutdown();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The program is ending, and the hook does its work.
      return;
    }
  }
}
