package ai.fovea.cli.text;

import java.util.Optional;
import java.util.regex.Pattern;

/// How wide what people read may be.
public final class Terminal {
  private static final int USUAL = 100;
  private static final int LEAST = 40;
  private static final int MOST = 200;
  private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,4}");

  private Terminal() {}

  /// Columns of the terminal: what the launcher measured (`fovea.columns`), else the variable `COLUMNS`, else 100.
  public static int columns() {
    return columns(
        Optional.ofNullable(System.getProperty("fovea.columns"))
            .filter(text -> NUMBER.matcher(text).matches())
            .or(() -> Optional.ofNullable(System.getenv("COLUMNS"))));
  }

  /// Columns where no terminal is: what the variable `COLUMNS` says, else any number.
  public static int wantedColumns() {
    return Optional.ofNullable(System.getenv("COLUMNS"))
        .filter(text -> NUMBER.matcher(text).matches())
        .map(text -> columns(Optional.of(text)))
        .orElse(Integer.MAX_VALUE);
  }

  /// Columns where `text` says how many there are; lines of very narrow and very wide terminals can't be read.
  public static int columns(Optional<String> text) {
    return text.filter(t -> NUMBER.matcher(t).matches())
        .map(t -> Math.clamp(Integer.parseInt(t), LEAST, MOST))
        .orElse(USUAL);
  }
}
