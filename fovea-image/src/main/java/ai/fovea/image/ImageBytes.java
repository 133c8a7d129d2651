package ai.fovea.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;

/// The bytes of image files: the one place where they are read. What a path leads to is looked at first, since a pipe would be
/// waited for, and a device read, without an end. Whatever is wrong is told with the file's name.
final class ImageBytes {
  private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;

  private ImageBytes() {}

  /// All bytes of a file that is not longer than the limit.
  static byte[] all(Path file, DecodeLimits limits) throws PictureException {
    String name = file.toString();
    try {
      BasicFileAttributes attributes = regular(file);
      limits.checkLength(attributes.size(), name);
      int most = (int) Math.min(limits.maxBytes(), LONGEST_ARRAY);
      byte[] bytes = new byte[(int) Math.min(attributes.size(), most)];
      try (InputStream in = Files.newInputStream(file)) {
        int read = in.readNBytes(bytes, 0, bytes.length);
        if (read < bytes.length) {
          return Arrays.copyOf(bytes, read);
        }
        int next = in.read();
        if (next < 0) {
          return bytes;
        }
        // It grew since, or its file system does not tell lengths.
        byte[] rest = in.readNBytes(most - read);
        limits.checkLength((long) read + 1 + rest.length, name);
        byte[] whole = Arrays.copyOf(bytes, read + 1 + rest.length);
        whole[read] = (byte) next;
        System.arraycopy(rest, 0, whole, read + 1, rest.length);
        return whole;
      }
    } catch (IOException e) {
      throw told(file, e);
    }
  }

  /// The first bytes of a file, at most `count`.
  static byte[] start(Path file, int count) throws PictureException {
    try {
      regular(file);
      try (InputStream in = Files.newInputStream(file)) {
        return in.readNBytes(count);
      }
    } catch (IOException e) {
      throw told(file, e);
    }
  }

  private static BasicFileAttributes regular(Path file) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    if (attributes.isDirectory()) {
      throw new PictureException(
          file.toString(), "this is a folder, not a picture", "name a file in it");
    }
    if (!attributes.isRegularFile()) {
      throw new PictureException(
          file.toString(),
          "this is a pipe, a device or a socket, not a file",
          "save what it yields as a file");
    }
    return attributes;
  }

  /// An error with the file's name, what is wrong, and what helps.
  private static PictureException told(Path file, IOException e) {
    String name = file.toString();
    PictureException told =
        switch (e) {
          case PictureException p -> p;
          case NoSuchFileException _ when Files.isSymbolicLink(file) ->
              new PictureException(
                  name, "a link to something that is not there", "remove or mend it");
          case NoSuchFileException _ ->
              new PictureException(name, "no such file", "check its name and folder");
          case AccessDeniedException _ ->
              new PictureException(name, "can't be read: access denied", "check its permissions");
          case FileSystemException f when f.getReason() != null ->
              new PictureException(
                  name, "can't be read: " + f.getReason(), "check its name and folder");
          default ->
              new PictureException(
                  name, "can't be read: " + e.getMessage(), "check the disk that it lies on");
        };
    if (told != e) {
      told.initCause(e);
    }
    return told;
  }
}
