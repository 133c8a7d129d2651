package ai.fovea.exchange;

import ai.fovea.gallery.Entry;
import ai.fovea.gallery.Gallery;
import ai.fovea.gallery.NewEntry;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.json.JsonMapper;

/// Galleries as text, a JSON object a line, UTF-8:
///
/// ```
/// {"id": 7, "label": "mug", "source": "mug1.jpg", "attributes": {"colour": "red"}, "model": "ce0d19…", "similarity": "cosine",
///  "vector": "AACAPwAAAAA="}
/// ```
///
/// `vector` is Base64 of little-endian floats, which keeps every bit, or an array of numbers. `id`, `source`, `attributes`,
/// `thumbnail` (Base64 of a JPEG file), `model` and `similarity` ([Origin]) may be left out. Lines are read and written one by one, so a file may be larger than memory.
public final class GalleryJsonl {
  private static final JsonMapper JSON = JsonMapper.shared();

  private GalleryJsonl() {}

  /// Writes all pictures in the order of their ids, so that a crash leaves the old file or the new one. The gallery should not be
  /// changed meanwhile: a picture that is removed is left out.
  ///
  /// @return how many were written
  public static int write(Gallery gallery, Path file) throws IOException {
    Path target = file.toAbsolutePath();
    Path temporary = target.resolveSibling(target.getFileName() + "." + UUID.randomUUID() + ".tmp");
    int count = 0;
    try {
      try (BufferedWriter out = Files.newBufferedWriter(temporary)) {
        for (Entry entry : gallery.entries()) {
          if (gallery.find(entry.id()).isPresent()) {
            out.write(JSON.writeValueAsString(line(entry, gallery)));
            out.write('\n');
            count++;
          }
        }
      }
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
    return count;
  }

  /// Adds the pictures of a file to a gallery: all of them, or none.
  ///
  /// @return how many there were
  /// @throws ExchangeException with every line in which something is wrong
  public static int read(Path file, Gallery to) throws IOException {
    return Intake.add(file.toString(), sink -> each(file, sink), to);
  }

  private static Map<String, Object> line(Entry entry, Gallery gallery) {
    float[] vector = gallery.vector(entry.id());
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("id", entry.id());
    line.put("label", entry.label());
    entry.source().ifPresent(source -> line.put("source", source));
    if (!entry.attributes().isEmpty()) {
      line.put("attributes", entry.attributes());
    }
    Origin origin = Origin.of(gallery.info().settings());
    origin.model().ifPresent(id -> line.put(Origin.MODEL, id));
    origin.similarity().ifPresent(s -> line.put(Origin.SIMILARITY, s.text()));
    ByteBuffer bytes =
        ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    line.put("vector", Base64.getEncoder().encodeToString(bytes.array()));
    gallery
        .thumbnail(entry.id())
        .ifPresent(jpeg -> line.put("thumbnail", Base64.getEncoder().encodeToString(jpeg)));
    return line;
  }

  private static void each(Path file, Intake.Sink to) throws IOException {
    try (BufferedReader in = Files.newBufferedReader(file)) {
      Lines lines = new Lines(in);
      for (String line = lines.next(); line != null; line = lines.next()) {
        String where = "line " + lines.number();
        if (lines.tooLong()) {
          to.problem(where, "longer than " + Lines.LONGEST + " characters");
        } else if (!line.isBlank()) {
          take(where, line, to);
        }
      }
    } catch (CharacterCodingException e) {
      to.problem("the file", "not UTF-8 text");
    }
  }

  private static void take(String where, String line, Intake.Sink to) {
    NewEntry picture;
    try {
      picture = JsonLine.read(line);
    } catch (IllegalArgumentException e) {
      to.problem(where, String.valueOf(e.getMessage()));
      return;
    }
    to.picture(where, picture);
  }
}
