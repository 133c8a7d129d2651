package ai.fovea.gallery;

import java.time.Duration;
import java.time.format.DateTimeParseException;

/// When a change to a gallery in a folder is durable: survives a power cut. A process that dies,
/// however it does, loses no change whose call has returned, whatever is chosen here.
///
/// @param within how long after a call has returned its change may be lost by a power cut; zero for
///     not at all
public record Durability(Duration within) {
  private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

  /// A call returns when its change is durable; calls of several threads at once share what that
  /// costs. The default.
  public static final Durability EACH_CHANGE = new Durability(Duration.ZERO);

  /// Changes are durable after [LocalGallery#flush()] and [LocalGallery#close()].
  public static final Durability ON_FLUSH = new Durability(FOREVER);

  /// Checks the value.
  public Durability {
    if (within.isNegative()) {
      throw new IllegalArgumentException("durability " + within + ": expected a time");
    }
  }

  /// Changes are durable that long after their call has returned, and after [LocalGallery#flush()]
  /// and [LocalGallery#close()].
  public static Durability every(Duration interval) {
    return new Durability(interval);
  }

  /// Returns the name in files and on the command line: `each-change`, `on-flush`, or a duration
  /// such as `PT0.5S`.
  public String text() {
    if (equals(EACH_CHANGE)) {
      return "each-change";
    }
    return equals(ON_FLUSH) ? "on-flush" : within.toString();
  }

  /// Reads what [#text()] writes.
  ///
  /// @throws IllegalArgumentException for anything else
  public static Durability parse(String text) {
    return switch (text) {
      case "each-change" -> EACH_CHANGE;
      case "on-flush" -> ON_FLUSH;
      default -> {
        try {
          yield new Durability(Duration.parse(text));
        } catch (DateTimeParseException e) {
          throw new IllegalArgumentException(
              "durability '"
                  + text
                  + "': expected each-change, on-flush, or a duration such as PT0.5S",
              e);
        }
      }
    };
  }
}
