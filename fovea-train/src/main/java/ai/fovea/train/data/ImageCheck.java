package ai.fovea.train.data;

import ai.fovea.image.DecodeLimits;
import ai.fovea.image.PictureDecoder;
import ai.fovea.image.PictureException;
import ai.fovea.image.PictureFormat;
import ai.fovea.image.PictureHeader;
import ai.fovea.image.Workspace;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Looks at the images of lists before a long run: whether each can be read, has a header that can be used, and ends as its
/// format says. That costs a few reads a file; a file without its proper end is decoded, to see whether it is cut off. Where
/// all files together are small, each is decoded, so that damage inside them is seen too.
public final class ImageCheck {
  /// Headers lie within it nearly always; where one does not, the whole file is read.
  private static final int START = 64 << 10;

  private static final int END = 1 << 10;

  /// Decoding as many bytes takes some seconds.
  private static final long SMALL = 128L << 20;

  private ImageCheck() {}

  /// The images that can't be used, one line each, with their places in the lists; each file is looked at once.
  ///
  /// @param threads how many look
  /// @throws InterruptedException if this thread is interrupted meanwhile
  public static List<String> problems(List<ImageList> lists, int threads)
      throws InterruptedException {
    Map<Path, String> places = new LinkedHashMap<>();
    for (ImageList list : lists) {
      list.samples().forEach(s -> places.putIfAbsent(s.file(), list.place(s)));
    }
    List<String> problems = new ArrayList<>();
    try (var pool =
        Executors.newFixedThreadPool(
            Math.max(1, threads),
            Thread.ofPlatform().name("fovea-check-", 0).daemon(true).factory())) {
      boolean decode = places.keySet().stream().mapToLong(f -> f.toFile().length()).sum() <= SMALL;
      var waiting = new LinkedHashMap<Path, Future<Optional<String>>>();
      places.keySet().forEach(file -> waiting.put(file, pool.submit(() -> problem(file, decode))));
      for (var entry : waiting.entrySet()) {
        entry.getValue().get().ifPresent(p -> problems.add(places.get(entry.getKey()) + ": " + p));
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("an image can't be looked at", e);
    }
    return problems;
  }

  /// What is wrong with a file, if anything.
  ///
  /// @param decode whether it is decoded in any case
  static Optional<String> problem(Path file, boolean decode) {
    try (var in = new RandomAccessFile(file.toFile(), "r")) {
      long length = in.length();
      byte[] start = read(in, 0, Math.min(length, START));
      PictureHeader header = header(start, file, length);
      byte[] end = read(in, Math.max(0, length - END), Math.min(length, END));
      if (decode || !isWhole(header.format(), start, end, length)) {
        try (var workspace = new Workspace()) {
          PictureDecoder.STANDARD.decode(Files.readAllBytes(file), file.toString(), workspace);
        }
      }
      return Optional.empty();
    } catch (PictureException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return Optional.of(file + ": can't be read: " + e.getMessage());
    }
  }

  private static PictureHeader header(byte[] start, Path file, long length) throws IOException {
    String name = file.toString();
    DecodeLimits limits = PictureDecoder.STANDARD.limits();
    limits.checkLength(length, name);
    PictureHeader header;
    try {
      header = PictureHeader.read(start, name);
    } catch (PictureException e) {
      if (start.length == length) {
        throw e;
      }
      header = PictureHeader.read(Files.readAllBytes(file), name);
    }
    limits.check(header, name);
    return header;
  }

  private static boolean isWhole(PictureFormat format, byte[] start, byte[] end, long length) {
    String tail = new String(end, StandardCharsets.ISO_8859_1);
    return switch (format) {
      case JPEG -> tail.contains("\u00FF\u00D9"); // end of image; some writers put bytes after it
      case PNG -> tail.contains("IEND");
      case WEBP ->
          Integer.toUnsignedLong(ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getInt(4))
                  + 8
              <= length;
      case BMP, TIFF -> true; // nothing marks their end
    };
  }

  private static byte[] read(RandomAccessFile in, long from, long length) throws IOException {
    byte[] bytes = new byte[(int) length];
    in.seek(from);
    in.readFully(bytes);
    return bytes;
  }
}
