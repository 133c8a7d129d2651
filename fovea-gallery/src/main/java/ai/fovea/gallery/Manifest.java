package ai.fovea.gallery;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/// The file `MANIFEST` of a gallery folder: what the gallery is, and which snapshot holds its pictures.
///
/// UTF-8 text of at most 16 MiB. The first line is `fovea-gallery` and the format's version; then follow lines `key: value`
/// with each of the keys below once; the last line is `crc32c:` and eight hexadecimal digits, the CRC-32C of all bytes
/// before it. Every line ends with one line feed.
///
/// | key | value |
/// |---|---|
/// | `model` | the model id |
/// | `dimension` | values in a vector |
/// | `similarity` | `cosine`, `inner-product` or `l2` |
/// | `created` | time in ISO 8601, UTC |
/// | `next-id` | greater than all ids that were ever used |
/// | `snapshot` | the sequence number of the current snapshot |
/// | `snapshot-bytes` | the length of its file |
/// | `snapshot-crc32c` | the checksum of its checksums, eight hexadecimal digits |
/// | `calibration` | absent, or [Calibration#toText()] with `\n` and `\\` for line feeds and backslashes |
///
/// Other keys are refused: what a later version adds comes under another version number.
record Manifest(
    GallerySettings settings,
    Instant created,
    long nextId,
    long snapshot,
    long snapshotBytes,
    int snapshotCrc,
    Optional<Calibration> calibration) {
  static final int VERSION = 1;
  static final String FILE_NAME = "MANIFEST";
  static final int MOST_BYTES = 1 << 24;
  private static final String FIRST = "fovea-gallery ";

  byte[] toBytes() {
    StringBuilder text = new StringBuilder(FIRST).append(VERSION).append('\n');
    line(text, "model", settings.modelId());
    line(text, "dimension", settings.dimension());
    line(text, "similarity", settings.similarity().text());
    line(text, "created", created);
    line(text, "next-id", nextId);
    line(text, "snapshot", snapshot);
    line(text, "snapshot-bytes", snapshotBytes);
    line(text, "snapshot-crc32c", hex(snapshotCrc));
    calibration.ifPresent(c -> line(text, "calibration", text(c)));
    byte[] content = text.toString().getBytes(StandardCharsets.UTF_8);
    byte[] last = checksumLine(content, content.length);
    byte[] all = Arrays.copyOf(content, content.length + last.length);
    System.arraycopy(last, 0, all, content.length, last.length);
    return all;
  }

  /// Reads what [#toBytes()] wrote.
  ///
  /// @throws GalleryException for a version that this program does not know
  /// @throws DamagedGalleryException for anything else that was not written so
  static Manifest parse(Path file, byte[] bytes) {
    byte[] first = (FIRST + VERSION + "\n").getBytes(StandardCharsets.UTF_8);
    int same = Arrays.mismatch(bytes, first);
    if (same >= 0 && same < first.length) {
      String line =
          new String(bytes, 0, Math.min(bytes.length, 64), StandardCharsets.UTF_8)
              .lines()
              .findFirst()
              .orElse("");
      if (line.matches(FIRST + "[0-9]{1,9}") && same >= FIRST.length()) {
        throw new GalleryException(
            file
                + ": the format has version "
                + line.substring(FIRST.length())
                + ", this program knows "
                + VERSION
                + ": use a newer program");
      }
      throw new DamagedGalleryException(
          file, same, "expected it to begin with '" + FIRST + VERSION + "'");
    }
    int contentBytes = bytes.length - checksumLine(bytes, 0).length;
    if (contentBytes < first.length) {
      throw new DamagedGalleryException(file, bytes.length, "it is cut short");
    }
    byte[] last = checksumLine(bytes, contentBytes);
    if (!Arrays.equals(bytes, contentBytes, bytes.length, last, 0, last.length)) {
      throw new DamagedGalleryException(
          file, 0, "its content does not have the checksum in its last line");
    }
    try {
      return of(
          values(
              new String(
                  bytes, first.length, contentBytes - first.length, StandardCharsets.UTF_8)));
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new DamagedGalleryException(file, first.length, String.valueOf(e.getMessage()));
    }
  }

  private static Map<String, String> values(String text) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String line : text.split("\n", -1)) {
      int colon = line.indexOf(": ");
      if (colon > 0) {
        if (values.put(line.substring(0, colon), line.substring(colon + 2)) != null) {
          throw new IllegalArgumentException("'" + line.substring(0, colon) + "' appears twice");
        }
      } else if (!line.isEmpty()) {
        throw new IllegalArgumentException("expected 'key: value', got '" + line + "'");
      }
    }
    return values;
  }

  private static Manifest of(Map<String, String> values) {
    GallerySettings settings =
        new GallerySettings(
            take(values, "model"),
            Integer.parseInt(take(values, "dimension")),
            Similarity.of(take(values, "similarity"))
                .orElseThrow(() -> new IllegalArgumentException("the similarity is not known")));
    Manifest manifest =
        new Manifest(
            settings,
            Instant.parse(take(values, "created")),
            Long.parseLong(take(values, "next-id")),
            Long.parseLong(take(values, "snapshot")),
            Long.parseLong(take(values, "snapshot-bytes")),
            Integer.parseUnsignedInt(take(values, "snapshot-crc32c"), 16),
            Optional.ofNullable(values.remove("calibration")).map(Manifest::calibration));
    if (!values.isEmpty()) {
      throw new IllegalArgumentException(
          "keys that are not known: " + String.join(", ", values.keySet()));
    }
    if (manifest.snapshot < 1 || manifest.nextId < 0) {
      throw new IllegalArgumentException("a number is out of range");
    }
    return manifest;
  }

  private static String take(Map<String, String> values, String key) {
    String value = values.remove(key);
    if (value == null) {
      throw new IllegalArgumentException("'" + key + "' is missing");
    }
    return value;
  }

  /// A calibration has several lines, and its labels may hold any other character.
  private static String text(Calibration calibration) {
    return calibration.toText().replace("\\", "\\\\").replace("\n", "\\n");
  }

  private static Calibration calibration(String text) {
    return Calibration.parse(
        Pattern.compile("\\\\(.)")
            .matcher(text)
            .replaceAll(m -> m.group(1).equals("n") ? "\n" : "\\\\"));
  }

  private static void line(StringBuilder text, String key, Object value) {
    text.append(key).append(": ").append(value).append('\n');
  }

  private static byte[] checksumLine(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return ("crc32c: " + hex((int) crc.getValue()) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static String hex(int value) {
    return String.format(Locale.ROOT, "%08x", value);
  }
}
