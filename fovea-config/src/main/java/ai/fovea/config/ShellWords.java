package ai.fovea.config;

import java.util.Locale;

/// Command lines that are shown to be pasted.
public final class ShellWords {
  private static final boolean WINDOWS =
      System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");

  private ShellWords() {}

  /// The program as it was called.
  public static String command() {
    return quoted(System.getProperty("fovea.command", "fovea"));
  }

  /// A word as a shell of this system takes it for one.
  public static String quoted(String word) {
    return quoted(word, WINDOWS);
  }

  static String quoted(String word, boolean windows) {
    if (windows) {
      return word.matches("[\\w./=:,+@\\\\~-]+") ? word : '"' + word + '"';
    }
    return word.matches("[\\w./=:,+@%-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
