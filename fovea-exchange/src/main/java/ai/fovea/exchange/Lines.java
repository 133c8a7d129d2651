package ai.fovea.exchange;

import java.io.BufferedReader;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Reads lines of bounded length.
final class Lines {
  /// What a vector of 65,536 values takes as text, and as much again.
  static final int LONGEST = 4 << 20;

  private final BufferedReader in;
  private int number;
  private boolean tooLong;

  Lines(BufferedReader in) {
    this.in = in;
  }

  /// The next line, its beginning where it is too long; null at the end.
  @Nullable String next() throws IOException {
    StringBuilder line = new StringBuilder();
    tooLong = false;
    int c = in.read();
    if (c < 0) {
      return null;
    }
    number++;
    for (; c >= 0 && c != '\n'; c = in.read()) {
      if (line.length() < LONGEST) {
        line.append((char) c);
      } else {
        tooLong = true;
      }
    }
    return line.toString();
  }

  /// The number of the line that came last, from 1.
  int number() {
    return number;
  }

  /// Whether it was too long.
  boolean tooLong() {
    return tooLong;
  }
}
