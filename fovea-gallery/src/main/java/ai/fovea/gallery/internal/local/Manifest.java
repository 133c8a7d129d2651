package ai.fovea.gallery.internal.local;

import ai.fovea.gallery.DamagedGalleryException;
import ai.fovea.gallery.Durability;
import ai.fovea.gallery.GalleryException;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.Similarity;
import ai.fovea.gallery.calibration.Calibration;
import ai.fovea.gallery.internal.SealedFile.Seal;
import ai.fovea.index.IndexSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;

/// The file `MANIFEST` of a gallery folder: what the gallery is, and which files hold it.
///
/// UTF-8 text of at most 64 KiB. The first line is `fovea-gallery` and the format's version; then
/// follow lines `key: value` with each of the keys below once; the last line is `crc32c:` and eight
/// hexadecimal digits, the CRC-32C of all bytes before it. Every line ends with one line feed.
///
/// | key | value |
/// |---|---|
/// | `id` | a UUID, made with the gallery |
/// | `model` | the model id |
/// | `dimension` | values in a vector |
/// | `similarity` | `cosine`, `inner-product` or `l2` |
/// | `index` | the kind, and by blanks its numbers: HNSW's efConstruction and efSearch, IVF's nprobe |
/// | `durability` | `each-change`, `on-flush`, or a duration in ISO 8601 |
/// | `created` | time in ISO 8601, UTC |
/// | `snapshot` | the number of the current snapshot and log; 0 as long as there is a log only |
/// | `snapshot-bytes`, `index-bytes` | the lengths of the snapshot's two files; absent with snapshot 0 |
/// | `snapshot-crc32c`, `index-crc32c` | the checksums of their checksums, eight hexadecimal digits; absent with snapshot 0 |
///
/// Other keys are refused: what a later version adds comes under another version number. Version 1
/// is read, too: it has `next-id` and perhaps `calibration`, but no `id`, `index`, `durability`, no
/// index file and no log.
///
/// @param version of the format
/// @param id the gallery's own; in version 1 a new one
/// @param seals the snapshot's file, and but for version 1 the index's; empty with snapshot 0
/// @param version1 what only version 1 has here
record Manifest(
    int version,
    UUID id,
    GallerySettings settings,
    Instant created,
    long snapshot,
    List<Seal> seals,
    Optional<Version1> version1) {
  static final int VERSION = 2;
  static final String FILE_NAME = "MANIFEST";
  static final int MOST_BYTES = 1 << 16;
  private static final String FIRST = "fovea-gallery ";
  private static final List<String> SEALED = List.of("snapshot", "index");

  /// What later versions keep elsewhere.
  ///
  /// @param nextId greater than all ids that were ever used
  record Version1(long nextId, Optional<Calibration> calibration) {}

  /// Returns a gallery's first.
  static Manifest first(UUID id, GallerySettings settings, Instant created) {
    return new Manifest(VERSION, id, settings, created, 0, List.of(), Optional.empty());
  }

  /// Returns the same with its next snapshot, in the current version.
  Manifest next(GallerySettings now, Seal snapshotFile, Seal indexFile) {
    return new Manifest(
        VERSION,
        id,
        now,
        created,
        snapshot + 1,
        List.of(snapshotFile, indexFile),
        Optional.empty());
  }

  byte[] toBytes() {
    StringBuilder text = new StringBuilder(FIRST).append(VERSION).append('\n');
    line(text, "id", id);
    line(text, "model", settings.modelId());
    line(text, "dimension", settings.dimension());
    line(text, "similarity", settings.similarity().text());
    line(text, "index", IndexText.of(settings.index()));
    line(text, "durability", settings.durability().text());
    line(text, "created", created);
    line(text, "snapshot", snapshot);
    for (int i = 0; i < seals.size(); i++) {
      line(text, SEALED.get(i) + "-bytes", seals.get(i).bytes());
      line(text, SEALED.get(i) + "-crc32c", hex(seals.get(i).crc()));
    }
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
    String line =
        new String(bytes, 0, Math.min(bytes.length, 64), StandardCharsets.UTF_8)
            .lines()
            .findFirst()
            .orElse("");
    if (!line.matches(FIRST + "[1-9][0-9]{0,8}")) {
      throw new DamagedGalleryException(file, 0, "expected it to begin with '" + FIRST + "2'");
    }
    int version = Integer.parseInt(line.substring(FIRST.length()));
    if (version > VERSION) {
      throw new GalleryException(
          file
              + ": the format has version "
              + version
              + ", this program knows "
              + VERSION
              + ": use a newer program");
    }
    int first = line.length() + 1;
    int contentBytes = bytes.length - checksumLine(bytes, 0).length;
    if (contentBytes < first) {
      throw new DamagedGalleryException(file, bytes.length, "it is cut short");
    }
    byte[] last = checksumLine(bytes, contentBytes);
    if (!Arrays.equals(bytes, contentBytes, bytes.length, last, 0, last.length)) {
      throw new DamagedGalleryException(
          file, 0, "its content does not have the checksum in its last line");
    }
    try {
      return of(
          version, values(new String(bytes, first, contentBytes - first, StandardCharsets.UTF_8)));
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new DamagedGalleryException(file, first, String.valueOf(e.getMessage()));
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

  private static Manifest of(int version, Map<String, String> values) {
    boolean current = version == VERSION;
    GallerySettings settings =
        new GallerySettings(
            take(values, "model"),
            Integer.parseInt(take(values, "dimension")),
            Similarity.of(take(values, "similarity"))
                .orElseThrow(() -> new IllegalArgumentException("the similarity is not known")),
            current ? IndexText.parse(take(values, "index")) : IndexSettings.HNSW32,
            current ? Durability.parse(take(values, "durability")) : Durability.EACH_CHANGE);
    long snapshot = Long.parseLong(take(values, "snapshot"));
    List<Seal> seals = new ArrayList<>();
    for (String name : SEALED.subList(0, current ? snapshot == 0 ? 0 : 2 : 1)) {
      seals.add(
          new Seal(
              Long.parseLong(take(values, name + "-bytes")),
              Integer.parseUnsignedInt(take(values, name + "-crc32c"), 16)));
    }
    Optional<Version1> version1 =
        current
            ? Optional.empty()
            : Optional.of(
                new Version1(
                    Long.parseLong(take(values, "next-id")),
                    Optional.ofNullable(values.remove("calibration")).map(Calibration::parse)));
    Manifest manifest =
        new Manifest(
            version,
            current ? UUID.fromString(take(values, "id")) : UUID.randomUUID(),
            settings,
            Instant.parse(take(values, "created")),
            snapshot,
            List.copyOf(seals),
            version1);
    if (!values.isEmpty()) {
      throw new IllegalArgumentException(
          "keys that are not known: " + String.join(", ", values.keySet()));
    }
    if (snapshot < (current ? 0 : 1) || version1.map(Version1::nextId).orElse(0L) < 0) {
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
