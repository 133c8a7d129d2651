package ai.fovea.cli.gallery;

import ai.fovea.image.ImageDecoder;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// What tells one state of an image's file from another: its size and the beginning of its SHA-256, as a note of the image. An
/// import that goes on after an interruption knows by it what is already there.
final class FileMark {
  /// The note's key.
  static final String KEY = "file";

  private static final int BYTES = 16;

  private FileMark() {}

  /// `size:hash`.
  static String of(Path file) {
    try {
      byte[] content = ImageDecoder.STANDARD.load(file);
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
      return content.length + ":" + HexFormat.of().formatHex(hash, 0, BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
