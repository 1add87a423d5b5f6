package dev.plumbline.agent.security;

import java.util.regex.Pattern;

/** What an agent may be called by the host that it joins. */
public final class DeviceName {
  /** For people: {@code expected ...}. */
  public static final String FORM = "letters, digits, dots, dashes and underscores, up to 63";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

  private DeviceName() {}

  /** Whether it is one. */
  public static boolean is(String text) {
    return NAME.matcher(text).matches();
  }
}
