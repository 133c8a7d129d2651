package ai.fovea.data;

import ai.fovea.image.ImageDecoder;
import ai.fovea.image.ImageException;
import ai.fovea.image.ImageFormat;
import ai.fovea.image.ImageHeader;
import ai.fovea.image.Workspace;
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
  private static final int STEP = 100;

  /// Is told how far the check is.
  @FunctionalInterface
  public interface Progress {
    /// Tells how far it is.
    ///
    /// @param done how many images were looked at
    /// @param of how many there are
    void at(int done, int of);
  }

  private ImageCheck() {}

  /// The images that can't be used, one line each, with their places in the lists; each file is looked at once.
  ///
  /// @param threads how many look
  /// @param damaged told, with its place, of each damaged image that can be decoded, which then is no problem; empty where
  ///     damage is one
  /// @param progress is told after every hundred images, and at the end
  /// @throws InterruptedException if this thread is interrupted meanwhile
  public static List<String> problems(
      List<ImageList> lists, int threads, Optional<Consumer<String>> damaged, Progress progress)
      throws InterruptedException {
    return problems(lists, threads, SMALL, damaged, progress);
  }

  /// @param small all images are decoded where they have at most as many bytes together
  static List<String> problems(
      List<ImageList> lists,
      int threads,
      long small,
      Optional<Consumer<String>> damaged,
      Progress progress)
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
      var waiting = new LinkedHashMap<Path, Future<Found>>();
      boolean accept = damaged.isPresent();
      places
          .keySet()
          .forEach(file -> waiting.put(file, pool.submit(() -> look(file, decode, accept))));
      int done = 0;
      for (var entry : waiting.entrySet()) {
        Found found = entry.getValue().get();
        done++;
        if (done % STEP == 0 || done == waiting.size()) {
          progress.at(done, waiting.size());
        }
        String place = places.get(entry.getKey()) + ": ";
        found.problem().ifPresent(p -> problems.add(place + p));
        found
            .damage()
            .ifPresent(d -> damaged.ifPresent(told -> told.accept(place + d + "; it is taken")));
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
    return look(file, decode, false).problem();
  }

  /// What was found out about a file.
  ///
  /// @param problem why it can't be used
  /// @param damage what is damaged in a file that is used all the same
  private record Found(Optional<String> problem, Optional<String> damage) {}

  private static Found look(Path file, boolean decode, boolean acceptDamage) {
    String name = file.toString();
    try {
      byte[] bytes = ImageDecoder.STANDARD.load(file);
      Optional<ImageException> damage = ImageDecoder.STANDARD.damage(bytes, name);
      Optional<String> told = damage.map(d -> String.valueOf(d.getMessage()));
      if (damage.isPresent() && !acceptDamage) {
        return new Found(told, Optional.empty());
      }
      ImageHeader header = ImageDecoder.STANDARD.header(bytes, name);
      if (decode || damage.isPresent() || !isWhole(header.format(), bytes)) {
        try (var workspace = new Workspace()) {
          ImageDecoder.STANDARD.withAcceptDamage(acceptDamage).decode(bytes, name, workspace);
        }
      }
      return new Found(Optional.empty(), told);
    } catch (ImageException e) {
      return new Found(Optional.of(String.valueOf(e.getMessage())), Optional.empty());
    }
  }

  private static boolean isWhole(ImageFormat format, byte[] file) {
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
