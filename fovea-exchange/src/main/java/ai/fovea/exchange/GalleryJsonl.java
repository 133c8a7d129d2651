package ai.fovea.exchange;

import ai.fovea.base.AtomicFile;
import ai.fovea.base.Problems;
import ai.fovea.base.WholeFile;
import ai.fovea.gallery.Entry;
import ai.fovea.gallery.GalleryReader;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.Similarity;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Gatherers;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/// Galleries as text, a JSON object a line, UTF-8:
///
/// ```
/// {"id": 7, "label": "mug", "source": "mug1.jpg", "attributes": {"colour": "red"}, "model": "ce0d19…", "similarity": "cosine",
///  "vector": "AACAPwAAAAA="}
/// ```
///
/// `vector` is Base64 of little-endian floats, which keeps every bit, or an array of numbers. `id`, `source`, `attributes`,
/// `thumbnail` (Base64 of a JPEG file), `model` and `similarity` ([Origin]) may be left out; a line in which
/// one of them is another than the gallery's is refused, as vectors of two models can't be compared. Lines are read and written one by one, so a file may be larger than memory.
public final class GalleryJsonl {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int PAGE = 256;

  /// How many bytes, and lines of them, show what kind of file it is.
  private static final int LOOKED_AT = 1 << 16;

  private static final int FIRST_LINES = 20;

  private GalleryJsonl() {}

  /// Writes all images in the order of their ids, so that a crash leaves the old file or the new one. The gallery should not be
  /// changed meanwhile: an image that is removed is left out.
  ///
  /// @return how many were written
  public static int write(GalleryReader gallery, Path file) throws IOException {
    int[] count = new int[1];
    AtomicFile.write(
        file,
        out -> {
          Origin origin = Origin.of(gallery.info().settings());
          Stream<List<Entry>> pages = gallery.entries().gather(Gatherers.windowFixed(PAGE));
          for (List<Entry> page : (Iterable<List<Entry>>) pages::iterator) {
            List<Long> ids = page.stream().map(Entry::id).toList();
            Map<Long, float[]> vectors = gallery.allVectors(ids);
            Map<Long, byte[]> thumbnails = gallery.thumbnails(vectors.keySet());
            for (Entry entry : page) {
              float[] vector = vectors.get(entry.id());
              if (vector != null) {
                Optional<byte[]> thumbnail = Optional.ofNullable(thumbnails.get(entry.id()));
                out.write(JSON.writeValueAsBytes(line(entry, vector, thumbnail, origin)));
                out.write('\n');
                count[0]++;
              }
            }
          }
        });
    return count[0];
  }

  /// Adds the images of a file to a gallery: all of them, or none.
  ///
  /// @return how many there were
  /// @throws ExchangeException with every line in which something is wrong
  public static int read(Path file, LocalGallery to) throws IOException {
    return GalleryImporter.add(file.toString(), images(file, to, id -> false), to);
  }

  /// Adds those images of a file that can be used.
  ///
  /// @return how many, and what was left out: lines that can't be read, vectors of another length, of zeros alone or not finite
  public static Imported readUsable(Path file, LocalGallery to) throws IOException {
    return readUsable(file, to, id -> false);
  }

  /// As [#readUsable(Path, LocalGallery)], where models have several ids.
  ///
  /// @param same whether an id of a line's model, other than the gallery's, is of the gallery's model all the same
  public static Imported readUsable(Path file, LocalGallery to, Predicate<String> same)
      throws IOException {
    return GalleryImporter.addUsable(new Problems(), images(file, to, same), to);
  }

  /// How long most vectors of a file are; empty where it has none that can be read.
  public static OptionalInt dimension(Path file) throws IOException {
    Map<Integer, Integer> lengths = new TreeMap<>();
    survey(file, line -> lengths.merge(line.image().vector().length, 1, Integer::sum));
    lengths.remove(0);
    return mostFrequent(lengths).map(OptionalInt::of).orElse(OptionalInt.empty());
  }

  /// Returns whether a file may hold vectors: one of its first lines is a JSON object.
  public static boolean isLikely(Path file) throws IOException {
    WholeFile.requireFile(file);
    try (InputStream in = Files.newInputStream(file)) {
      String start = new String(in.readNBytes(LOOKED_AT), StandardCharsets.UTF_8);
      return start
          .lines()
          .map(l -> l.replace("\uFEFF", "").strip())
          .limit(FIRST_LINES)
          .anyMatch(l -> l.startsWith("{"));
    }
  }

  /// What most lines of a file say of where they came from, of those that say anything.
  static Origin origin(Path file) throws IOException {
    Map<String, Integer> models = new TreeMap<>();
    Map<Similarity, Integer> similarities = new EnumMap<>(Similarity.class);
    survey(
        file,
        line -> {
          line.origin().model().ifPresent(id -> models.merge(id, 1, Integer::sum));
          line.origin().similarity().ifPresent(s -> similarities.merge(s, 1, Integer::sum));
        });
    return new Origin(mostFrequent(models), mostFrequent(similarities));
  }

  private static <T> Optional<T> mostFrequent(Map<T, Integer> counts) {
    return counts.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey);
  }

  private static Map<String, Object> line(
      Entry entry, float[] vector, Optional<byte[]> thumbnail, Origin origin) {
    for (float value : vector) {
      if (!Float.isFinite(value)) {
        throw new ExchangeException(
            "image " + entry.id(), "its vector holds " + value + "; remove the image");
      }
    }
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("id", entry.id());
    line.put("label", entry.label());
    entry.source().ifPresent(source -> line.put("source", source));
    if (!entry.attributes().isEmpty()) {
      line.put("attributes", entry.attributes());
    }
    origin.model().ifPresent(id -> line.put(Origin.MODEL, id));
    origin.similarity().ifPresent(s -> line.put(Origin.SIMILARITY, s.text()));
    ByteBuffer bytes =
        ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    line.put("vector", Base64.getEncoder().encodeToString(bytes.array()));
    thumbnail.ifPresent(jpeg -> line.put("thumbnail", Base64.getEncoder().encodeToString(jpeg)));
    return line;
  }

  /// Takes lines.
  private interface Reader {
    void line(String where, JsonLine line);

    /// What is no line.
    void problem(String where, String what);

    /// The label of a line as it is written.
    void label(String text);
  }

  /// The images of those lines that may be in a gallery.
  private static GalleryImporter.Images images(Path file, LocalGallery to, Predicate<String> same) {
    GallerySettings settings = to.info().settings();
    return sink ->
        each(
            file,
            new Reader() {
              @Override
              public void line(String where, JsonLine line) {
                line.origin()
                    .problem(settings, same)
                    .ifPresentOrElse(
                        p -> sink.problem(where, p), () -> sink.image(where, line.image()));
              }

              @Override
              public void problem(String where, String what) {
                sink.problem(where, what);
              }

              @Override
              public void label(String text) {
                sink.label(text);
              }
            });
  }

  /// Goes through the lines that can be read; the others are told of when the file is taken.
  private static void survey(Path file, Consumer<JsonLine> to) throws IOException {
    each(
        file,
        new Reader() {
          @Override
          public void line(String where, JsonLine line) {
            to.accept(line);
          }

          @Override
          public void problem(String where, String what) {}

          @Override
          public void label(String text) {}
        });
  }

  private static void each(Path file, Reader to) throws IOException {
    WholeFile.requireFile(file);
    // Byte by byte, so that a line that is no text does not hide those behind it.
    try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      Lines lines = new Lines(in);
      for (String line = lines.next(); line != null; line = lines.next()) {
        String where = "line " + lines.number();
        if (lines.tooLong()) {
          to.problem(where, "longer than " + Lines.LONGEST + " characters");
        } else if (!line.isBlank()) {
          take(where, line, to);
        }
      }
    }
  }

  private static void take(String where, String bytes, Reader to) {
    JsonLine read;
    try {
      String line =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1)))
              .toString();
      read = JsonLine.read(line, to::label);
    } catch (CharacterCodingException e) {
      to.problem(where, "not UTF-8 text");
      return;
    } catch (IllegalArgumentException e) {
      to.problem(where, String.valueOf(e.getMessage()));
      return;
    }
    to.line(where, read);
  }
}
