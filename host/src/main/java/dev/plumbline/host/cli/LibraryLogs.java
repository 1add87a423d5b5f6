package dev.plumbline.host.cli;

import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * What libraries log is for those who debug: it speaks of classes, and PostgreSQL's driver even of
 * passwords. What matters to a user of it comes as an exception, and is told in a sentence.
 */
final class LibraryLogs {
  private static final String SIMPLE = "org.slf4j.simpleLogger.";

  /** The one parent of all loggers of Java's own; held here, as levels live with their logger. */
  private static final Logger JAVA_ROOT = Logger.getLogger("");

  private LibraryLogs() {}

  /** Leaves Plumbline's own warnings; to be called before anything logs. */
  static void silence() {
    JAVA_ROOT.setLevel(Level.OFF);
    setDefault("defaultLogLevel", "off");
    setDefault("log.dev.plumbline", "warn");
  }

  private static void setDefault(String name, String value) {
    if (System.getProperty(SIMPLE + name) == null) {
      System.setProperty(SIMPLE + name, value);
    }
  }
}
