package dev.plumbline.agent;

import dev.plumbline.agent.security.CallerShare;
import java.time.Duration;

/**
 * What one agent gives all its hosts together.
 *
 * @param maxModels files in the store; the ones unused for longest make room
 * @param maxConnections open at once; one address gets half of them
 * @param maxCalls open at once, of any kind
 * @param longestRun of a model on one batch
 * @param longestCall that does work
 * @param shortCall that only asks
 * @param messageTime for a message to come whole, and a second more for each 64 KiB
 * @param perCaller what one caller may have of the models, the disk and the calls
 */
record Quotas(
    int maxModels,
    int maxConnections,
    int maxCalls,
    Duration longestRun,
    Duration longestCall,
    Duration shortCall,
    Duration messageTime,
    CallerShare perCaller) {

  static final Quotas DEFAULT =
      new Quotas(
          64,
          64,
          256,
          Duration.ofMinutes(2),
          Duration.ofHours(6),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          new CallerShare(50));
}
