package ai.fovea.gallery.internal.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.fail;

import ai.fovea.gallery.DamagedGalleryException;
import ai.fovea.gallery.GalleryException;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.calibration.Calibration;
import ai.fovea.gallery.internal.LogReader;
import ai.fovea.index.IndexSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What becomes of a gallery whose files are not what was written: an error that names the file, or
/// the same gallery.
class DamageTest {
  private static final FolderJournal.Limits NEVER =
      new FolderJournal.Limits(Long.MAX_VALUE, Long.MAX_VALUE);
  private static final String LOG = "log-000001.fvl";

  /// How a gallery's process ended.
  enum End {
    CLOSED,
    KILLED
  }

  private static GalleryFolder on(SimulatedDisk disk) {
    return new GalleryFolder(disk, SimulatedDisk.FOLDER, NEVER);
  }

  /// A gallery with all kinds of things in its snapshot and in its log.
  ///
  /// @param states takes what it holds after the snapshot and after each change since
  private static Map<String, byte[]> files(
      End end, IndexSettings index, List<Map<Long, String>> states) {
    SimulatedDisk disk = new SimulatedDisk();
    LocalGallery gallery = on(disk).create(RandomChanges.SETTINGS.withIndex(index));
    byte[] jpeg = {(byte) 0xff, (byte) 0xd8, 1, 2};
    gallery.addAll(
        List.of(
            NewEntry.of("a", new float[] {1, 2, 3}).withSource("a.jpg").withThumbnail(jpeg),
            NewEntry.of("b", new float[] {3, 2, 1}).withAttribute("k", "v"),
            NewEntry.of("a", new float[] {0, 2, 1})));
    gallery.setCalibration(Calibration.given(2));
    gallery.compact();
    List<Runnable> changes =
        List.of(
            () -> gallery.add(NewEntry.of("c", new float[] {5, 5, 5}).withSource("ü.jpg")),
            () -> gallery.update(0, new float[] {9, 9, 9}),
            () -> gallery.replace(0, NewEntry.of("a", new float[] {8, 9, 9}).withSource("new.jpg")),
            () -> gallery.change(1, entry -> entry.withLabel("d").withAttribute("k", "w")),
            () -> gallery.setCalibration(Calibration.given(3)),
            () -> gallery.mergeLabels(List.of("a", "c"), "e"),
            () -> gallery.remove(2));
    states.add(RandomChanges.contents(gallery));
    for (Runnable change : changes) {
      change.run();
      states.add(RandomChanges.contents(gallery));
    }
    if (end == End.CLOSED) {
      gallery.close();
    }
    return disk.files();
  }

  private static Map<String, byte[]> with(Map<String, byte[]> files, String name, byte[] bytes) {
    Map<String, byte[]> changed = new TreeMap<>(files);
    changed.put(name, bytes);
    return changed;
  }

  @ParameterizedTest
  @EnumSource
  void everyFlippedBitIsNoticedOrHarmless(End end) {
    List<Map<Long, String>> states = new ArrayList<>();
    Map<String, byte[]> files = files(end, IndexSettings.FLAT, states);
    int harmless = 0;
    for (String name : files.keySet()) {
      byte[] whole = files.get(name);
      for (int bit = 0; bit < 8 * whole.length; bit++) {
        byte[] flipped = whole.clone();
        flipped[bit / 8] ^= (byte) (1 << (bit % 8));
        String what = name + ", bit " + bit;
        SimulatedDisk disk = SimulatedDisk.of(with(files, name, flipped));
        try (LocalGallery gallery = bit % 2 == 0 ? on(disk).openReadOnly() : on(disk).open()) {
          assertThat(RandomChanges.contents(gallery)).as(what).isEqualTo(states.getLast());
          assertThat(gallery.info().calibration().orElseThrow().threshold()).as(what).isEqualTo(3);
          harmless++;
        } catch (GalleryException e) {
          assertThat(e).as(what).hasMessageContaining(name);
        }
      }
    }
    // All of them in the last mark of the log, which has 40 bytes.
    assertThat(harmless).isLessThanOrEqualTo(40 * 8);
  }

  @Test
  void everyFlippedBitOfAGraphIsNoticedOrHarmless() {
    List<Map<Long, String>> states = new ArrayList<>();
    Map<String, byte[]> files = files(End.CLOSED, IndexSettings.HNSW32, states);
    String name = "index-000001.fvi";
    byte[] whole = files.get(name);
    for (int bit = 0; bit < 8 * whole.length; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      refused(name + ", bit " + bit, name, with(files, name, flipped));
    }
  }

  /// Else it might come back behind what is written in its place.
  @Test
  void aTornTailIsGoneForGoodBeforeAnythingIsWritten() throws IOException {
    Map<String, byte[]> files = files(End.KILLED, IndexSettings.FLAT, new ArrayList<>());
    byte[] whole = files.get(LOG);
    for (int length = 65; length < whole.length; length++) {
      SimulatedDisk disk = SimulatedDisk.of(with(files, LOG, Arrays.copyOf(whole, length)));
      LocalGallery opened = on(disk).open();
      SimulatedDisk later = disk.forgetful();
      LogReader.End end =
          LogReader.read(
              later,
              SimulatedDisk.FOLDER.resolve(LOG),
              FolderFiles.readManifest(later, SimulatedDisk.FOLDER).id(),
              1,
              (kind, offset, from) -> {});
      assertThat(end.offset()).as("length %d", length).isEqualTo(end.fileBytes());
      opened.close();
    }
  }

  @Test
  void aLogThatIsCutShortIsAnEarlierMoment() {
    List<Map<Long, String>> states = new ArrayList<>();
    Map<String, byte[]> files = files(End.CLOSED, IndexSettings.FLAT, states);
    byte[] whole = files.get(LOG);
    int last = 0;
    for (int length = 64; length <= whole.length; length++) {
      SimulatedDisk disk = SimulatedDisk.of(with(files, LOG, Arrays.copyOf(whole, length)));
      try (LocalGallery gallery = on(disk).open()) {
        int state = states.indexOf(RandomChanges.contents(gallery));
        assertThat(state).as("length %d", length).isGreaterThanOrEqualTo(last);
        last = Math.max(last, state);
        gallery.add(NewEntry.of("after", new float[] {1, 1, 1}));
      }
      try (LocalGallery gallery = on(disk).openReadOnly()) {
        assertThat(gallery.labels()).as("length %d", length).containsKey("after");
      }
    }
    for (int length = 0; length < 64; length++) {
      refused("length " + length, LOG, with(files, LOG, Arrays.copyOf(whole, length)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"MANIFEST", "snapshot-000001.fvs", "index-000001.fvi"})
  void otherFilesHaveTheirLength(String name) {
    Map<String, byte[]> files = files(End.CLOSED, IndexSettings.FLAT, new ArrayList<>());
    byte[] whole = files.get(name);
    for (int length = 0; length < whole.length; length++) {
      refused("length " + length, name, with(files, name, Arrays.copyOf(whole, length)));
    }
    for (int more : new int[] {1, 4, 16, 65_536}) {
      refused("by " + more, name, with(files, name, Arrays.copyOf(whole, whole.length + more)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"MANIFEST", "snapshot-000001.fvs", "index-000001.fvi", LOG})
  void aMissingFileIsNamed(String name) {
    Map<String, byte[]> files =
        new TreeMap<>(files(End.CLOSED, IndexSettings.FLAT, new ArrayList<>()));
    files.remove(name);
    refused("without " + name, name, files);
  }

  @Test
  void aFileOfAnotherGalleryIsRefused() {
    Map<String, byte[]> files = files(End.CLOSED, IndexSettings.FLAT, new ArrayList<>());
    Map<String, byte[]> other = files(End.CLOSED, IndexSettings.FLAT, new ArrayList<>());
    refused("log", LOG, with(files, LOG, other.get(LOG)));
  }

  @Test
  void aBlockIsNamedWhereItLies() {
    SimulatedDisk disk = new SimulatedDisk();
    try (LocalGallery big = on(disk).create(RandomChanges.SETTINGS)) {
      for (int i = 0; i < 20_000; i += 100) {
        List<NewEntry> batch = new ArrayList<>();
        for (int j = 0; j < 100; j++) {
          batch.add(NewEntry.of("more", new float[] {i, j, 1}));
        }
        big.addAll(batch);
      }
      big.compact();
      disk.files().get("snapshot-000001.fvs")[3 * 65_536 + 77] ^= 8;
      assertThatExceptionOfType(DamagedGalleryException.class).isThrownBy(big::verify);
    }
    assertThatExceptionOfType(DamagedGalleryException.class)
        .isThrownBy(() -> on(disk).open())
        .satisfies(e -> assertThat(e.offset()).isEqualTo(3 * 65_536))
        .withMessageContaining("snapshot-000001.fvs is damaged at byte 196608");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void randomBytesAreRefused(long seed) {
    Random random = new Random(seed);
    Map<String, byte[]> files = files(End.CLOSED, IndexSettings.FLAT, new ArrayList<>());
    List<String> names = List.copyOf(files.keySet());
    for (int round = 0; round < 500; round++) {
      byte[] bytes = new byte[random.nextInt(300)];
      random.nextBytes(bytes);
      String name = names.get(random.nextInt(names.size()));
      refused("seed " + seed + " round " + round, name, with(files, name, bytes));
    }
  }

  @Test
  void manifestsWithGoodChecksumsAndOddContentAreRefused() {
    Map<String, byte[]> files = files(End.CLOSED, IndexSettings.HNSW32, new ArrayList<>());
    String text = new String(files.get("MANIFEST"), StandardCharsets.UTF_8);
    for (String[] odd :
        new String[][] {
          {"dimension: 3", "dimension: 4"},
          {"dimension: 3", "dimension: x"},
          {"similarity: l2", "similarity: cosmic"},
          {"similarity: l2", "similarity: cosine"},
          {"snapshot: 1", "snapshot: -1"},
          {"snapshot: 1", "snapshot: 0"},
          {"model: m", "model:  "},
          {"model: m\n", ""},
          {"created: ", "created: x"},
          {"id: ", "id: x"},
          {"index: HNSW32 ", "index: HNSW32 -"},
          {"index: HNSW32", "index: LSH"},
          {"durability: each", "durability: no"},
          {"snapshot-bytes: ", "snapshot-bytes: 9999999999999999999"},
          {"dimension: 3\n", "dimension: 3\ndimension: 3\n"},
          {"dimension: 3\n", "dimension: 3\nlog: 5\n"},
          {"dimension: 3\n", "dimension: 3\nno colon\n"},
        }) {
      assertThat(text).contains(odd[0]);
      String changed = text.substring(0, text.length() - 17).replace(odd[0], odd[1]);
      refused(odd[1], "simulated", with(files, "MANIFEST", withChecksum(changed)));
    }
    refused("far too long", "MANIFEST", with(files, "MANIFEST", new byte[1 << 17]));
  }

  private static byte[] withChecksum(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (text + String.format("crc32c: %08x%n", crc.getValue()))
        .replace("\r", "")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static void refused(String what, String name, Map<String, byte[]> files) {
    try (LocalGallery opened = on(SimulatedDisk.of(files)).openReadOnly()) {
      fail(what + ": opened as " + opened.entries());
    } catch (GalleryException e) {
      assertThat(e).as(what).hasMessageContaining(name);
    }
  }
}
