package dev.plumbline.agent.security;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.jetty.io.SelectorManager;

/**
 * Hangs up on connections beyond a number, at once and before a byte is read. One address gets half
 * of them, so that it cannot shut the others out.
 */
public final class ConnectionBounds implements SelectorManager.AcceptListener {
  private final int most;
  private final int mostOfOne;
  private final Runnable beforeEach;
  private final Map<SelectableChannel, InetAddress> open = new HashMap<>();

  /**
   * @param most open at once
   * @param beforeEach runs before a connection is looked at
   */
  public ConnectionBounds(int most, Runnable beforeEach) {
    this.most = most;
    this.mostOfOne = Math.max(1, most / 2);
    this.beforeEach = beforeEach;
  }

  @Override
  public void onAccepting(SelectableChannel channel) {
    beforeEach.run();
    try {
      if (!admit(channel)) {
        // Jetty finds it closed and forgets it.
        channel.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private synchronized boolean admit(SelectableChannel channel) throws IOException {
    if (!(((SocketChannel) channel).getRemoteAddress() instanceof InetSocketAddress remote)) {
      return false;
    }
    InetAddress address = remote.getAddress();
    long sameAddress = open.values().stream().filter(address::equals).count();
    if (open.size() >= most || sameAddress >= mostOfOne) {
      return false;
    }
    open.put(channel, address);
    return true;
  }

  @Override
  public synchronized void onAcceptFailed(SelectableChannel channel, Throwable cause) {
    open.remove(channel);
  }

  @Override
  public synchronized void onClosed(SelectableChannel channel) {
    open.remove(channel);
  }
}
