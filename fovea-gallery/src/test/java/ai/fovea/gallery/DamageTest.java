package ai.fovea.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What becomes of a gallery whose files are not what was written: an error, never another gallery.
class DamageTest {
  @TempDir Path folder;
  private Path gallery;
  private Path manifest;
  private Path snapshot;

  @BeforeEach
  void makeAGallery() {
    gallery = folder.resolve("g");
    try (Gallery made = Gallery.create(gallery, new GallerySettings("m", 3, Similarity.COSINE))) {
      made.add(NewEntry.of("a", new float[] {1, 2, 3}).withSource("a.jpg"));
      made.add(NewEntry.of("b", new float[] {3, 2, 1}).withAttribute("k", "v"));
      made.add(NewEntry.of("a", new float[] {0, 2, 1}));
      made.calibrate(0.1);
    }
    manifest = gallery.resolve("MANIFEST");
    snapshot = gallery.resolve("snapshot-000002.fvs");
  }

  @ParameterizedTest
  @ValueSource(strings = {"MANIFEST", "snapshot-000002.fvs"})
  void everyFlippedBitIsNoticed(String name) throws IOException {
    Path file = gallery.resolve(name);
    byte[] whole = Files.readAllBytes(file);
    for (int bit = 0; bit < 8 * whole.length; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      Files.write(file, flipped);
      refused("bit " + bit, file);
    }
    Files.write(file, whole);
    Gallery.open(gallery).close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"MANIFEST", "snapshot-000002.fvs"})
  void everyLengthButTheRightOneIsRefused(String name) throws IOException {
    Path file = gallery.resolve(name);
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      refused("length " + length, file);
    }
    for (int more : new int[] {1, 4, 16, 65_536}) {
      Files.write(file, Arrays.copyOf(whole, whole.length + more));
      refused("more by " + more, file);
    }
    Files.delete(file);
    assertThatExceptionOfType(GalleryException.class)
        .isThrownBy(() -> Gallery.openReadOnly(gallery));
  }

  @Test
  void anErrorNamesTheFileAndTheBlock() throws IOException {
    byte[] bytes;
    try (Gallery big = Gallery.open(gallery)) {
      for (int i = 0; i < 20_000; i++) {
        big.add(NewEntry.of("more", new float[] {i, 1, 1}));
      }
    }
    Path file = gallery.resolve("snapshot-000003.fvs");
    bytes = Files.readAllBytes(file);
    bytes[3 * 65_536 + 77] ^= 8;
    Files.write(file, bytes);
    assertThatExceptionOfType(DamagedGalleryException.class)
        .isThrownBy(() -> Gallery.open(gallery))
        .satisfies(e -> assertThat(e.file()).isEqualTo(file))
        .satisfies(e -> assertThat(e.offset()).isEqualTo(3 * 65_536))
        .withMessageContaining("snapshot-000003.fvs is damaged at byte 196608");
  }

  @Test
  void theSnapshotOfAnotherTimeIsRefused() throws IOException {
    byte[] older = Files.readAllBytes(snapshot);
    try (Gallery again = Gallery.open(gallery)) {
      again.renameLabel("a", "c");
    }
    Path newer = gallery.resolve("snapshot-000003.fvs");
    assertThat(Files.size(newer)).isEqualTo(older.length);
    Files.write(newer, older);
    refused("older content", newer);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void randomBytesAreRefused(long seed) throws IOException {
    Random random = new Random(seed);
    Map<Path, byte[]> whole =
        Map.of(manifest, Files.readAllBytes(manifest), snapshot, Files.readAllBytes(snapshot));
    for (int round = 0; round < 300; round++) {
      byte[] bytes = new byte[random.nextInt(300)];
      random.nextBytes(bytes);
      Path file = random.nextBoolean() ? snapshot : manifest;
      Files.write(file, bytes);
      refused("seed " + seed + " round " + round, file);
      Files.write(file, Objects.requireNonNull(whole.get(file)));
    }
  }

  /// Files whose checksums are right and whose content is not: what damage can't make, but a stranger can. They may be
  /// refused or read, but only with the module's own exception, and without taking memory that they can't fill.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void nonsenseWithGoodChecksumsIsRefusedInOrder(long seed) throws IOException {
    Random random = new Random(seed);
    byte[] whole = Files.readAllBytes(snapshot);
    byte[] manifestBytes = Files.readAllBytes(manifest);
    int body =
        (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong(whole.length - 16);
    int[] interesting = {
      0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 0x7f800000, 0x7fc00000, 1 << 16
    };
    int refused = 0;
    int rounds = 300;
    for (int round = 0; round < rounds; round++) {
      ByteBuffer changed =
          ByteBuffer.allocate(body).order(ByteOrder.LITTLE_ENDIAN).put(whole, 0, body);
      for (int i = random.nextInt(3); i >= 0; i--) {
        if (random.nextBoolean()) {
          changed.put(random.nextInt(body), (byte) random.nextInt());
        } else {
          changed.putInt(
              random.nextInt(body - 3) & ~3, interesting[random.nextInt(interesting.length)]);
        }
      }
      seal(changed.array(), manifestBytes);
      try (Gallery opened = Gallery.openReadOnly(gallery)) {
        assertThat(opened.search(new float[] {1, 0, 0}, 9)).hasSize(opened.info().entries());
      } catch (GalleryException e) {
        refused++;
        assertThat(e).hasMessageContaining(gallery.toString());
      } catch (RuntimeException | Error e) {
        fail("seed " + seed + " round " + round, e);
      }
    }
    assertThat(refused).isGreaterThan(rounds / 10);
  }

  @Test
  void manifestsWithGoodChecksumsAndOddContentAreRefused() throws IOException {
    Map<String, String> odd = new TreeMap<>();
    odd.put("dimension: 3", "dimension: 4");
    odd.put("similarity: cosine", "similarity: cosmic");
    odd.put("snapshot: 2", "snapshot: 0");
    odd.put("next-id: 3", "next-id: 2");
    odd.put("model: m", "model:  ");
    odd.put("model: m\n", "");
    odd.put("created: ", "created: x");
    odd.put("snapshot-bytes: ", "snapshot-bytes: 9999999999999999999");
    odd.put("calibration: ", "calibration: NaN ");
    odd.put("dimension: 3\n", "dimension: 3\ndimension: 3\n");
    odd.put("next-id: 3\n", "next-id: 3\nlog: 5\n");
    odd.put("next-id: 3\ns", "next-id: 3\nno colon\ns");
    String text = Files.readString(manifest);
    odd.forEach((from, to) -> {
      assertThat(text).contains(from);
      String changed = text.substring(0, text.length() - 17).replace(from, to);
      write(manifest, withChecksum(changed));
      refused(to, gallery);
    });
    write(manifest, new byte[1 << 17]);
    refused("far too long", manifest);
  }

  private void refused(String what, Path file) {
    try (Gallery opened = Gallery.openReadOnly(gallery)) {
      fail(what + ": opened as " + opened.entries());
    } catch (GalleryException e) {
      assertThat(e).as(what).hasMessageContaining(file.toString());
    }
  }

  /// Writes a body with its checksums, and a manifest that names them.
  private void seal(byte[] body, byte[] manifestBytes) throws IOException {
    ByteBuffer table = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < body.length; at += 65_536) {
      table.putInt(crc(body, at, Math.min(65_536, body.length - at)));
    }
    table.putLong(body.length);
    int crc = crc(table.array(), 0, table.position());
    table.putInt(crc).put(new byte[] {'F', 'V', 'G', 'E'}).flip();
    ByteBuffer all = ByteBuffer.allocate(body.length + table.remaining()).put(body).put(table);
    Files.write(snapshot, all.array());
    String text = new String(manifestBytes, StandardCharsets.UTF_8);
    text =
        text.substring(0, text.length() - 17)
            .replaceAll("snapshot-crc32c: .*", String.format("snapshot-crc32c: %08x", crc));
    write(manifest, withChecksum(text));
  }

  private static byte[] withChecksum(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    String last = String.format("crc32c: %08x\n", crc(bytes, 0, bytes.length));
    return (text + last).getBytes(StandardCharsets.UTF_8);
  }

  private static int crc(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }

  private static void write(Path file, byte[] bytes) {
    try {
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
