package ai.fovea.train.data;

import ai.fovea.image.PictureDecoder;
import ai.fovea.image.PictureException;
import ai.fovea.image.PictureFormat;
import ai.fovea.image.PictureHeader;
import ai.fovea.image.Workspace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/// Looks at the images of lists before a long run: whether each can be read, has a header that can be used, ends as its format
/// says, and shows no damage. Where all files together are small each is decoded; else its compressed data are looked through
/// without decoding, in which damage to JPEG files shows as well, and a file without its proper end is decoded.
public final class ImageCheck {
  private static final int END = 1 << 10;

  /// Decoding as many bytes takes some seconds.
  private static final long SMALL = 128L << 20;

  /// After so many images it is told how far the check is.
  private static final int STEP = 10_000;

  private ImageCheck() {}

  /// The images that can't be used, one line each, with their places in the lists; each file is looked at once.
  ///
  /// @param threads how many look
  /// @param progress receives a line now and then where there are very many images
  /// @throws InterruptedException if this thread is interrupted meanwhile
  public static List<String> problems(List<ImageList> lists, int threads, Consumer<String> progress)
      throws InterruptedException {
    return problems(lists, threads, SMALL, progress);
  }

  /// @param small all images are decoded where they have at most as many bytes together
  static List<String> problems(
      List<ImageList> lists, int threads, long small, Consumer<String> progress)
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
      boolean decode = places.keySet().stream().mapToLong(f -> f.toFile().length()).sum() <= small;
      var waiting = new LinkedHashMap<Path, Future<Optional<String>>>();
      places.keySet().forEach(file -> waiting.put(file, pool.submit(() -> problem(file, decode))));
      int done = 0;
      for (var entry : waiting.entrySet()) {
        if (done > 0 && done % STEP == 0) {
          progress.accept("looked at " + done + " of " + waiting.size() + " images");
        }
        done++;
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
    String name = file.toString();
    try {
      byte[] bytes = PictureDecoder.STANDARD.load(file);
      Optional<PictureException> damage = PictureDecoder.STANDARD.damage(bytes, name);
      if (damage.isPresent()) {
        return damage.map(d -> String.valueOf(d.getMessage()));
      }
      PictureHeader header = PictureDecoder.STANDARD.header(bytes, name);
      if (decode || !isWhole(header.format(), bytes)) {
        try (var workspace = new Workspace()) {
          PictureDecoder.STANDARD.decode(bytes, name, workspace);
        }
      }
      return Optional.empty();
    } catch (PictureException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return Optional.of(file + ": can't be read: " + e.getMessage());
    }
  }

  private static boolean isWhole(PictureFormat format, byte[] file) {
    int end = Math.min(file.length, END);
    String tail = new String(file, file.length - end, end, StandardCharsets.ISO_8859_1);
    return switch (format) {
      case JPEG -> tail.contains("\u00FF\u00D9"); // end of image; some writers put bytes after it
      case PNG -> tail.contains("IEND");
      case WEBP ->
          Integer.toUnsignedLong(ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(4)) + 8
              <= file.length;
      case BMP, TIFF, GIF -> true; // nothing marks their end, or a frame was decoded already
    };
  }
}
