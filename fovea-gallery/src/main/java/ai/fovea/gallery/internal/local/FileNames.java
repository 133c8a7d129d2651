package ai.fovea.gallery.internal.local;

import java.util.Locale;
import java.util.regex.Pattern;

/// What the files of a gallery are called: `snapshot-000001.fvs`, `index-000001.fvi`,
/// `log-000001.fvl`.
final class FileNames {
  /// A file that gets its name when it is complete.
  static final String UNFINISHED = ".tmp";

  private static final Pattern NUMBERED =
      Pattern.compile(
          "(snapshot-\\d{6,19}\\.fvs|index-\\d{6,19}\\.fvi|log-\\d{6,19}\\.fvl)(\\.tmp)?");

  private FileNames() {}

  static String snapshot(long number) {
    return name("snapshot", number, "fvs");
  }

  static String index(long number) {
    return name("index", number, "fvi");
  }

  static String log(long number) {
    return name("log", number, "fvl");
  }

  /// Returns whether a gallery made this file, apart from its manifest, and may delete it.
  static boolean isOurs(String name) {
    return NUMBERED.matcher(name).matches() || name.equals(Manifest.FILE_NAME + UNFINISHED);
  }

  private static String name(String kind, long number, String suffix) {
    return String.format(Locale.ROOT, "%s-%06d.%s", kind, number, suffix);
  }
}
