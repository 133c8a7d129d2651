package ai.fovea.base;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;

/// Where paths lead, and names for files beside others.
public final class Paths {
  private static final int MOST_LINKS = 40;

  /// Longer names are shortened; file systems allow 255 bytes at most, some 143.
  private static final int LONG = 90;

  /// How many characters stay of it at both ends.
  private static final int END = 16;

  private static final int DIGEST = 8;

  private Paths() {}

  /// Where a file or folder is or is to be: all links are followed, also one that leads to something that is not there yet.
  ///
  /// @throws FileSystemLoopException where links lead back to themselves
  public static Path real(Path path) throws IOException {
    Path at = path.toAbsolutePath();
    Deque<Path> below = new ArrayDeque<>();
    int links = 0;
    while (!Files.exists(at)) {
      Path parent = at.getParent();
      if (Files.isSymbolicLink(at)) {
        if (++links > MOST_LINKS) {
          throw new FileSystemLoopException(path.toString());
        }
        at = at.resolveSibling(Files.readSymbolicLink(at));
      } else if (parent == null) {
        return path.toAbsolutePath().normalize(); // a drive that is not there
      } else {
        below.push(at.getFileName());
        at = parent;
      }
    }
    Path real = at.toRealPath();
    for (Path name : below) {
      real = real.resolve(name);
    }
    return real.normalize();
  }

  /// A name for what lies beside a file and is called like it, short enough to get something more: the name itself, or both ends of a
  /// long one with a digest of it between them.
  public static String brief(Path name) {
    String text = name.toString();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length <= LONG) {
      return text;
    }
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return text.substring(0, text.offsetByCodePoints(0, END))
          + "~"
          + HexFormat.of().formatHex(Arrays.copyOf(digest, DIGEST))
          + text.substring(text.offsetByCodePoints(text.length(), -END));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
