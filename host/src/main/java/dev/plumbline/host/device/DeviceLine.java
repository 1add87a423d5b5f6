package dev.plumbline.host.device;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.judging.DeviceCrashedException;
import dev.plumbline.host.judging.DeviceUnreachableException;
import dev.plumbline.host.judging.FailureOutcome;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/**
 * The line to one agent while a judge uses it. Work that it breaks is done again when it is back,
 * which is tried for a while, with pauses that grow. What is no matter of the line is not tried
 * again: a refusal, an answer that is wrong or late, an agent that has ended. One thread at a time.
 */
final class DeviceLine {
  private static final int PROBE_MILLIS = 3_000;
  private static final long FIRST_PAUSE_MILLIS = 200;
  private static final long LONGEST_PAUSE_MILLIS = 3_000;

  /** What is at the other end now. */
  private enum Found {
    /** The agent that was there before. */
    SAME_AGENT,
    /** An agent that has been up for less time than nobody has been heard. */
    NEW_AGENT,
    /** Another device, or the same with another runtime. */
    ANOTHER_DEVICE,
    /** A machine on whose port nobody listens. */
    NO_AGENT,
    NOBODY
  }

  private final DeviceClient client;
  private final Duration longest;
  private Fingerprint fingerprint;
  private long heard;
  private int losses;
  private long firstLoss;

  /**
   * @param longest how long to try to come back, from the last answer's loss on; zero for not at
   *     all
   */
  DeviceLine(DeviceClient client, Duration longest) {
    this.client = client;
    this.longest = longest;
  }

  /** Asks the device who it is, once. */
  Fingerprint meet() {
    fingerprint = client.describe();
    heard();
    return fingerprint;
  }

  /** As {@link #meet}, and tries again for a while where nobody is there. */
  Fingerprint meetAgain() {
    long began = System.nanoTime();
    for (int tries = 1; ; tries++) {
      try {
        return meet();
      } catch (DeviceUnreachableException e) {
        if (!FailureOutcome.ofTheLine(e) || left(began) <= 0) {
          throw e;
        }
        pause(tries, left(began), e);
        client.connectAtOnce();
      }
    }
  }

  /** The device has answered: whatever was lost before is made good. */
  void heard() {
    heard = System.nanoTime();
    losses = 0;
  }

  /**
   * Does work, and again each time that the line broke and is back.
   *
   * @param work goes on where it was when it is run again
   * @throws DeviceCrashedException if the agent has ended, or was started again
   * @throws DeviceUnreachableException if the line is not back in time, or breaks whenever the same
   *     is tried
   */
  void hold(Runnable work) {
    while (true) {
      try {
        work.run();
        heard();
        return;
      } catch (DeviceUnreachableException e) {
        if (!FailureOutcome.ofTheLine(e)) {
          throw e;
        }
        comeBack(e);
      }
    }
  }

  private void comeBack(DeviceUnreachableException loss) {
    if (losses == 0) {
      firstLoss = System.nanoTime();
    } else {
      pause(losses, left(firstLoss), loss);
    }
    losses++;
    Found found = probe();
    while (left(firstLoss) > 0 && (found == Found.NOBODY || found == Found.NO_AGENT)) {
      pause(losses, left(firstLoss), loss);
      losses++;
      found = probe();
    }
    switch (found) {
      case NEW_AGENT, NO_AGENT ->
          throw new DeviceCrashedException(
              "the agent on device "
                  + client.address()
                  + " ended while it worked; the machine is there: "
                  + loss.getMessage(),
              loss);
      case ANOTHER_DEVICE ->
          throw new DeviceUnreachableException(
              "at the address of device "
                  + client.address()
                  + " there is another one now, or its agent has changed; what was judged till then"
                  + " stands",
              loss);
      case SAME_AGENT, NOBODY -> {
        if (left(firstLoss) <= 0) {
          throw longest.isZero() ? loss : notBack(loss);
        }
      }
    }
  }

  private DeviceUnreachableException notBack(DeviceUnreachableException loss) {
    return new DeviceUnreachableException(
        loss.getMessage() + "; it was not back within " + longest.toSeconds() + " s", loss);
  }

  /** Nanoseconds for which to try on. */
  private long left(long since) {
    return longest.toNanos() - (System.nanoTime() - since);
  }

  private static void pause(int tries, long leftNanos, DeviceUnreachableException loss) {
    long millis = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(tries - 1, 10));
    // Devices that a switch has cut off together do not all come back at once.
    millis += ThreadLocalRandom.current().nextLong(millis / 2);
    try {
      Thread.sleep(Math.max(0, Math.min(millis, leftNanos / 1_000_000)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw loss;
    }
  }

  /**
   * Tells an agent that died from a network that broke: a machine that is there refuses a
   * connection to a port on which nobody listens any more, and an agent that was started again has
   * not been up since the host last heard of it. Of an agent that dials, only the latter says
   * something: nobody listens on its machine.
   */
  private Found probe() {
    if (client.address().agent().isPresent()) {
      return known();
    }
    DeviceAddress address = client.address();
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address.host(), address.port()), PROBE_MILLIS);
    } catch (ConnectException e) {
      return Found.NO_AGENT;
    } catch (IOException e) {
      return Found.NOBODY;
    }
    return known();
  }

  private Found known() {
    client.connectAtOnce();
    long silent = System.nanoTime() - heard;
    return asked(
        () -> {
          if (client.health().uptime().toNanos() < silent) {
            return Found.NEW_AGENT;
          }
          return client.describe().equals(fingerprint) ? Found.SAME_AGENT : Found.ANOTHER_DEVICE;
        });
  }

  private static Found asked(Supplier<Found> question) {
    try {
      return question.get();
    } catch (DeviceUnreachableException | BadInputException e) {
      // Somebody takes the connection and no agent answers, or the line broke again, which in the
      // middle of a handshake looks like a certificate that is wrong.
      return Found.NOBODY;
    }
  }
}
