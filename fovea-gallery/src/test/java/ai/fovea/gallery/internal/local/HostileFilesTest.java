package ai.fovea.gallery.internal.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import ai.fovea.gallery.Filter;
import ai.fovea.gallery.GalleryException;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.calibration.Calibration;
import ai.fovea.gallery.internal.Disk;
import ai.fovea.gallery.internal.Input;
import ai.fovea.gallery.internal.LogReader;
import ai.fovea.gallery.internal.LogWriter;
import ai.fovea.gallery.internal.SealedFile.Seal;
import ai.fovea.gallery.internal.SealedWriter;
import ai.fovea.index.IndexSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Files whose checksums are right and whose content is not: what damage can't make, but a stranger
/// can. They may be refused or read, but only with the module's own exception, and without taking
/// memory that they can't fill.
class HostileFilesTest {
  private static final int ROUNDS = 600;
  private static final int[] INTERESTING = {
    0, 1, 2, -1, -2, 255, Integer.MAX_VALUE, Integer.MIN_VALUE, 0x7f800000, 0x7fc00000, 1 << 16
  };

  private static GalleryFolder on(SimulatedDisk disk) {
    return new GalleryFolder(
        disk, SimulatedDisk.FOLDER, new FolderJournal.Limits(1 << 30, 1 << 30));
  }

  /// What a log holds.
  private record Written(int kind, byte[] content) {}

  private static SimulatedDisk gallery(IndexSettings index) {
    SimulatedDisk disk = new SimulatedDisk();
    try (LocalGallery gallery = on(disk).create(RandomChanges.SETTINGS.withIndex(index))) {
      for (int i = 0; i < 40; i++) {
        RandomChanges.change(gallery, i, 0, 1);
        if (i == 20) {
          gallery.compact();
        }
      }
      gallery.setCalibration(Calibration.given(3));
    }
    return disk;
  }

  private static void change(byte[] content, Random random) {
    ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = random.nextInt(3); i >= 0 && content.length > 0; i--) {
      if (random.nextBoolean() || content.length < 4) {
        bytes.put(random.nextInt(content.length), (byte) random.nextInt());
      } else {
        bytes.putInt(
            random.nextInt(content.length - 3), INTERESTING[random.nextInt(INTERESTING.length)]);
      }
    }
  }

  /// Whether it was refused.
  private static boolean tryOut(String what, SimulatedDisk disk) {
    try (LocalGallery gallery = on(disk).open()) {
      RandomChanges.contents(gallery);
      gallery.search(new float[] {1, 2, 3}, 9, Filter.matching(entry -> entry.id() % 2 == 0));
      gallery
          .labels()
          .keySet()
          .forEach(label -> assertThat(gallery.entries(Filter.label(label))).isNotEmpty());
      gallery.add(NewEntry.of("after", new float[] {1, 2, 3}));
      gallery.compact();
      return false;
    } catch (GalleryException e) {
      assertThat(e).as(what).hasMessageContaining(SimulatedDisk.FOLDER.toString());
      return true;
    } catch (RuntimeException | Error e) {
      return fail(what, e);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void logs(long seed) throws IOException {
    Random random = new Random(seed);
    SimulatedDisk whole = gallery(IndexSettings.FLAT);
    Path log = SimulatedDisk.FOLDER.resolve("log-000001.fvl");
    UUID id = FolderFiles.readManifest(whole, SimulatedDisk.FOLDER).id();
    List<Written> records = new ArrayList<>();
    LogReader.read(
        whole, log, id, 1, (kind, offset, from) -> records.add(new Written(kind, rest(from))));
    assertThat(records).hasSizeGreaterThan(10);
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      SimulatedDisk disk = SimulatedDisk.of(whole.files());
      int changed = random.nextInt(records.size());
      try (LogWriter writer = LogWriter.create(disk, log, id, 1)) {
        for (int i = 0; i < records.size(); i++) {
          byte[] content = records.get(i).content.clone();
          int kind = records.get(i).kind;
          if (i == changed) {
            change(content, random);
            kind = random.nextInt(10) == 0 ? random.nextInt(9) - 1 : kind;
          }
          writer.append(kind, to -> to.put(content));
        }
      }
      refused += tryOut("seed " + seed + " round " + round, disk) ? 1 : 0;
    }
    assertThat(refused).isBetween(ROUNDS / 10, ROUNDS - 1);
  }

  private static byte[] rest(Input from) {
    byte[] bytes = new byte[(int) from.remaining()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = from.octet();
    }
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(strings = {"snapshot 1", "snapshot 2", "index 1", "index 2", "HNSW 1", "HNSW 2"})
  void sealedFiles(String which) throws IOException {
    Random random = new Random(which.hashCode());
    boolean images = which.startsWith("snapshot");
    SimulatedDisk whole =
        gallery(which.startsWith("HNSW") ? IndexSettings.HNSW32 : IndexSettings.FLAT);
    Manifest manifest = FolderFiles.readManifest(whole, SimulatedDisk.FOLDER);
    String name = images ? "snapshot-000001.fvs" : "index-000001.fvi";
    byte[] file = whole.files().get(name);
    int body = (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong(file.length - 16);
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] content = Arrays.copyOf(file, body);
      change(content, random);
      SimulatedDisk disk = SimulatedDisk.of(whole.files());
      Seal seal = write(disk, name, content);
      List<Seal> seals =
          images ? List.of(seal, manifest.seals().get(1)) : List.of(manifest.seals().get(0), seal);
      Manifest resealed =
          new Manifest(
              manifest.version(),
              manifest.id(),
              manifest.settings(),
              manifest.created(),
              1,
              seals,
              manifest.version1());
      try (Disk.File to = disk.create(SimulatedDisk.FOLDER.resolve("MANIFEST"))) {
        to.write(ByteBuffer.wrap(resealed.toBytes()));
      }
      refused += tryOut(which + " round " + round, disk) ? 1 : 0;
    }
    assertThat(refused).isBetween(ROUNDS / 20, ROUNDS - 1);
  }

  private static Seal write(SimulatedDisk disk, String name, byte[] body) throws IOException {
    try (Disk.File to = disk.create(SimulatedDisk.FOLDER.resolve(name))) {
      SealedWriter sealed = new SealedWriter(to);
      sealed.write(ByteBuffer.wrap(body));
      return sealed.finish();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void manifests(long seed) {
    Random random = new Random(seed);
    SimulatedDisk whole = gallery(IndexSettings.FLAT);
    byte[] text = whole.files().get("MANIFEST");
    for (int round = 0; round < ROUNDS; round++) {
      byte[] content = Arrays.copyOf(text, text.length - 17);
      change(content, random);
      Map<String, byte[]> files = new TreeMap<>(whole.files());
      CRC32C crc = new CRC32C();
      crc.update(content);
      byte[] last =
          String.format("crc32c: %08x\n", crc.getValue()).getBytes(StandardCharsets.UTF_8);
      byte[] all = Arrays.copyOf(content, content.length + last.length);
      System.arraycopy(last, 0, all, content.length, last.length);
      files.put("MANIFEST", all);
      tryOut("seed " + seed + " round " + round, SimulatedDisk.of(files));
    }
  }
}
