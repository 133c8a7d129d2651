package ai.fovea.cli;

import ai.fovea.gallery.Entry;
import ai.fovea.gallery.Gallery;
import ai.fovea.gallery.NewEntry;
import ai.fovea.image.Picture;
import ai.fovea.image.PictureEncoder;
import ai.fovea.image.Thumbnail;
import ai.fovea.recognize.Embedder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/// How pictures are taken into a gallery: all in one step, or in steps that an interruption does not undo.
final class Intake {
  private static final int STEP = 256;
  private static final int THUMBNAIL_QUALITY = 85;
  private static final int SMALLEST_THUMBNAIL = 16;
  private static final int LARGEST_THUMBNAIL = 1024;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Write each picture that can't be used, and why, into this CSV file.")
  private Optional<Path> report = Optional.empty();

  @Option(
      names = "--resume",
      description = {
        "Take pictures in steps of 256, and leave out those that are in the gallery and whose"
            + " files",
        "have not changed: an interrupted command goes on when it is given again."
      })
  private boolean resume;

  @Option(
      names = "--thumbnails",
      paramLabel = "PIXELS",
      description = {
        "Keep a small copy of each picture, its longer side so many pixels (16 to 1024), in the",
        "gallery: for pictures whose files will move or go. --resume does not renew them."
      })
  private Optional<Integer> thumbnails = Optional.empty();

  private final List<Failure> failures = new ArrayList<>();
  private int added;
  private int updated;
  private int skipped;

  /// Whether an interruption keeps what was taken until then.
  boolean resumes() {
    return resume;
  }

  /// Notes what could not be used before any picture was looked at.
  void problems(List<String> problems) {
    problems.forEach(p -> failures.add(new Failure("", "", p)));
  }

  /// Embeds pictures and adds all that can be used.
  void take(Common common, Gallery gallery, Embedder embedder, List<Labelled> pictures)
      throws IOException {
    if (thumbnails.filter(s -> s < SMALLEST_THUMBNAIL || s > LARGEST_THUMBNAIL).isPresent()) {
      throw new IllegalArgumentException(
          "--thumbnails "
              + thumbnails.get()
              + ": expected "
              + SMALLEST_THUMBNAIL
              + " to "
              + LARGEST_THUMBNAIL
              + " pixels");
    }
    List<Labelled> wanted = pictures;
    Map<String, Entry> there = new HashMap<>();
    if (resume) {
      gallery.entries().forEach(e -> e.source().ifPresent(s -> there.putIfAbsent(s, e)));
      wanted = pictures.stream().filter(p -> !isThere(p, there)).toList();
      skipped = pictures.size() - wanted.size();
    }
    int step = resume ? STEP : Math.max(1, wanted.size());
    try (var progress = common.progress("embedding", wanted.size())) {
      for (int from = 0; from < wanted.size(); from += step) {
        int start = from;
        List<Labelled> part = wanted.subList(from, Math.min(wanted.size(), from + step));
        Map<Labelled, float[]> vectors = embed(embedder, part, done -> progress.at(start + done));
        store(gallery, vectors, there);
      }
    }
  }

  /// The vectors of all pictures that can be used; the others are noted.
  private Map<Labelled, float[]> embed(
      Embedder embedder, List<Labelled> pictures, Consumer<Integer> progress) throws IOException {
    Map<Labelled, float[]> vectors = new LinkedHashMap<>();
    var all = embedder.embedAll(pictures.stream().map(Labelled::file).toList(), progress);
    for (int i = 0; i < all.size(); i++) {
      Labelled picture = pictures.get(i);
      all.get(i)
          .problem()
          .ifPresent(p -> failures.add(new Failure(picture.file().toString(), picture.label(), p)));
      all.get(i).features().ifPresent(f -> vectors.put(picture, f));
    }
    return vectors;
  }

  private void store(Gallery gallery, Map<Labelled, float[]> vectors, Map<String, Entry> there) {
    List<NewEntry> entries = new ArrayList<>();
    vectors.forEach((picture, vector) -> {
      String source = picture.file().toString();
      String mark = FileMark.of(picture.file());
      Entry known = there.get(source);
      if (known == null) {
        NewEntry entry =
            NewEntry.of(picture.label(), vector)
                .withSource(source)
                .withAttribute(FileMark.KEY, mark);
        try {
          entries.add(thumbnails.isEmpty() ? entry : withThumbnail(entry, picture.file()));
        } catch (IOException | IllegalArgumentException e) {
          // Gone or changed since it was embedded: one picture less, not all.
          failures.add(new Failure(source, picture.label(), Failures.describe(e)));
        }
      } else {
        gallery.update(known.id(), vector);
        gallery.change(
            known.id(), e -> e.withLabel(picture.label()).withAttribute(FileMark.KEY, mark));
        updated++;
      }
    });
    gallery.addAll(entries);
    gallery.flush();
    added += entries.size();
  }

  private NewEntry withThumbnail(NewEntry entry, Path file) throws IOException {
    Picture small = Thumbnail.of(Picture.read(file), thumbnails.orElseThrow());
    return entry.withThumbnail(PictureEncoder.jpeg(small, THUMBNAIL_QUALITY));
  }

  private static boolean isThere(Labelled picture, Map<String, Entry> there) {
    Entry known = there.get(picture.file().toString());
    try {
      return known != null
          && known.label().equals(picture.label())
          && Objects.equals(known.attributes().get(FileMark.KEY), FileMark.of(picture.file()));
    } catch (UncheckedIOException e) {
      return false; // embedding it says what is wrong
    }
  }

  /// Whether nothing at all was or is in the gallery.
  boolean isEmpty() {
    return added + updated + skipped == 0;
  }

  /// What was done, for people.
  String did() {
    return GalleryReport.counted(added, "picture")
        + (updated > 0 ? ", " + updated + " of changed files" : "")
        + (skipped > 0 ? ", " + skipped + " were there already" : "");
  }

  /// What was done, for programs.
  Map<String, Integer> counts() {
    Map<String, Integer> counts = new LinkedHashMap<>();
    counts.put("added", added);
    if (resume) {
      counts.put("updated", updated);
      counts.put("skipped", skipped);
    }
    return counts;
  }

  /// Writes the report, and returns the problems as lines.
  List<String> finish() throws IOException {
    if (report.isPresent()) {
      Failure.write(failures, report.get());
    }
    return failures.stream().map(Failure::problem).toList();
  }
}
