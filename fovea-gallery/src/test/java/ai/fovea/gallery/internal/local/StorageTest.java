package ai.fovea.gallery.internal.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.gallery.Durability;
import ai.fovea.gallery.GalleryException;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.RejectedEntriesException;
import ai.fovea.gallery.Similarity;
import ai.fovea.gallery.calibration.Calibration;
import ai.fovea.gallery.calibration.Calibrator;
import ai.fovea.gallery.internal.LocalDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Galleries in folders: durability, snapshots, other models, versions.
class StorageTest {
  @TempDir Path temporary;

  private Path folder() {
    return temporary.resolve("g");
  }

  @Test
  void theWriterOfAnInterruptedThreadGoesOn() {
    try (LocalGallery gallery = LocalGallery.create(folder(), RandomChanges.SETTINGS)) {
      Thread.currentThread().interrupt();
      gallery.add(NewEntry.of("a", new float[] {1, 2, 3}));
      assertThat(Thread.interrupted()).isTrue();
      gallery.add(NewEntry.of("b", new float[] {1, 2, 3}));
    }
    try (LocalGallery gallery = LocalGallery.openReadOnly(folder())) {
      assertThat(gallery.labels()).containsOnlyKeys("a", "b");
    }
  }

  @Test
  void severalWritersShareTheForcing() throws Exception {
    int writers = 8;
    try (LocalGallery gallery = LocalGallery.create(folder(), RandomChanges.SETTINGS);
        ExecutorService threads = Executors.newFixedThreadPool(writers)) {
      List<Callable<Integer>> work = new ArrayList<>();
      for (int w = 0; w < writers; w++) {
        String label = "l" + w;
        work.add(() -> {
          for (int i = 0; i < 50; i++) {
            gallery.add(NewEntry.of(label, new float[] {i, 1, 2}));
            if (i % 20 == 0) {
              gallery.compact();
            }
          }
          return 50;
        });
      }
      for (Future<Integer> done : threads.invokeAll(work)) {
        assertThat(done.get()).isEqualTo(50);
      }
      assertThat(gallery.labels().values()).containsOnly(50).hasSize(writers);
    }
    try (LocalGallery gallery = LocalGallery.openReadOnly(folder())) {
      assertThat(gallery.labels().values()).containsOnly(50).hasSize(writers);
      gallery.verify();
    }
  }

  @Test
  void changesAreForcedAfterAWhileWithoutAnybodyAsking() throws Exception {
    SimulatedDisk disk = new SimulatedDisk();
    GalleryFolder on = new GalleryFolder(disk, SimulatedDisk.FOLDER, FolderJournal.Limits.USUAL);
    LocalGallery gallery =
        on.create(RandomChanges.SETTINGS.withDurability(Durability.every(Duration.ofMillis(20))));
    gallery.add(NewEntry.of("a", new float[] {1, 2, 3}));
    boolean there = false;
    for (int i = 0; i < 500 && !there; i++) {
      Thread.sleep(10);
      // The disk that forgets everything that it may.
      SimulatedDisk later = disk.forgetful();
      try (LocalGallery again =
          new GalleryFolder(later, SimulatedDisk.FOLDER, FolderJournal.Limits.USUAL).open()) {
        there = !again.labels().isEmpty();
      }
    }
    assertThat(there).isTrue();
    gallery.close();
  }

  @Test
  void anotherModelTakesThePlaceOfTheFirst() {
    GallerySettings first = new GallerySettings("first", 2, Similarity.COSINE);
    GallerySettings second = new GallerySettings("second", 3, Similarity.L2);
    byte[] jpeg = {(byte) 0xff, (byte) 0xd8, (byte) 0xff};
    try (LocalGallery gallery = LocalGallery.create(folder(), first)) {
      gallery.add(NewEntry.of("a", new float[] {1, 2}).withSource("a.jpg").withThumbnail(jpeg));
      gallery.add(NewEntry.of("b", new float[] {2, 1}).withAttribute("k", "v"));
      gallery.remove(gallery.add(NewEntry.of("c", new float[] {1, 1})));
      new Calibrator(0.1).calibrateAndStore(gallery);
      assertThatExceptionOfType(GalleryException.class)
          .isThrownBy(() -> LocalGallery.reembed(folder(), second, entry -> new float[3]))
          .withMessageContaining("open for writing");
    }
    try (LocalGallery reader = LocalGallery.openReadOnly(folder())) {
      assertThatThrownBy(() ->
              LocalGallery.reembed(
                  folder(), second, entry -> entry.id() == 0 ? new float[2] : new float[3]))
          .isInstanceOf(RejectedEntriesException.class)
          .hasMessageContaining("a.jpg");
      assertThatThrownBy(() ->
              LocalGallery.reembed(
                  folder(),
                  second,
                  entry -> {
                    throw new IllegalStateException("no such image");
                  }))
          .hasMessage("no such image");
      LocalGallery.reembed(folder(), second, entry -> new float[] {entry.id(), 5, 6});
      assertThat(reader.search(new float[] {1, 2}, 1).getFirst().label()).isEqualTo("a");
      assertThat(reader.info().settings()).isEqualTo(first);
    }
    try (LocalGallery gallery = LocalGallery.open(folder())) {
      assertThat(gallery.info().settings()).isEqualTo(second);
      assertThat(gallery.info().calibration()).isEmpty();
      assertThat(gallery.vector(1)).containsExactly(1, 5, 6);
      assertThat(gallery.find(1).orElseThrow().attributes()).isEqualTo(Map.of("k", "v"));
      assertThat(gallery.thumbnail(0).orElseThrow()).isEqualTo(jpeg);
      assertThat(gallery.add(NewEntry.of("d", new float[] {1, 2, 3}))).isEqualTo(3);
    }
  }

  @Test
  void aGalleryOfVersion1OpensAndIsOfVersion2AfterTheFirstChange() throws IOException {
    Files.createDirectories(folder());
    for (String name : List.of("MANIFEST", "snapshot-000002.fvs")) {
      try (var in = StorageTest.class.getResourceAsStream("/galleries/version1/" + name)) {
        Files.copy(in, folder().resolve(name));
      }
    }
    for (int round = 0; round < 2; round++) {
      try (LocalGallery gallery =
          round == 0 ? LocalGallery.openReadOnly(folder()) : LocalGallery.open(folder())) {
        assertThat(gallery.labels()).isEqualTo(Map.of("cup", 2, "pot", 1));
        assertThat(gallery.find(0).orElseThrow().source()).contains("a/Tasse größer.jpg");
        assertThat(gallery.info().calibration()).contains(Calibration.given(0.75f));
      }
      assertThat(folder().resolve("snapshot-000002.fvs")).exists();
    }
    try (LocalGallery gallery = LocalGallery.open(folder())) {
      assertThat(gallery.add(NewEntry.of("new", new float[] {1, 1, 1}))).isEqualTo(42);
    }
    assertThat(Files.readString(folder().resolve("MANIFEST"))).startsWith("fovea-gallery 2\n");
    assertThat(folder().resolve("snapshot-000002.fvs")).doesNotExist();
    try (LocalGallery gallery = LocalGallery.open(folder())) {
      assertThat(gallery.labels()).isEqualTo(Map.of("cup", 2, "new", 1, "pot", 1));
      assertThat(gallery.find(1).orElseThrow().attributes())
          .isEqualTo(Map.of("empty", "", "shelf", "7"));
      assertThat(gallery.info().calibration()).contains(Calibration.given(0.75f));
    }
  }

  @Test
  void aLongLogMakesRoomForASnapshot() throws IOException {
    Random random = new Random(3);
    GalleryFolder on =
        new GalleryFolder(LocalDisk.INSTANCE, folder(), new FolderJournal.Limits(4000, 2000));
    try (LocalGallery gallery = on.create(RandomChanges.SETTINGS)) {
      for (int i = 0; i < 300; i++) {
        gallery.add(NewEntry.of("a", new float[] {random.nextInt(), 1, 2}));
      }
      long number = FolderFiles.readManifest(LocalDisk.INSTANCE, folder()).snapshot();
      // Each is worth twice the last: not one for every so many changes.
      assertThat(number).isBetween(2L, 6L);
    }
    assertThat(
            Files.size(
                folder()
                    .resolve(
                        FileNames.log(
                            FolderFiles.readManifest(LocalDisk.INSTANCE, folder()).snapshot()))))
        .isLessThan(3000);
  }

  /// Descriptors and threads do not pile up, nor does what the collector can't see.
  @Test
  void openingAndClosingLeavesNothingBehind() throws IOException {
    Path descriptors = Path.of("/proc/self/fd");
    Assumptions.assumeTrue(Files.isDirectory(descriptors), "/proc tells the open files");
    try (LocalGallery gallery = LocalGallery.create(folder(), RandomChanges.SETTINGS)) {
      for (int i = 0; i < 100; i++) {
        gallery.add(NewEntry.of("a", new float[] {i, 1, 2}).withSource("s" + i));
      }
    }
    long before = 0;
    int threads = 0;
    for (int i = 0; i < 600; i++) {
      try (LocalGallery gallery = LocalGallery.open(folder())) {
        gallery.update(3, new float[] {i, 2, 3});
        if (i % 5 == 0) {
          gallery.compact();
        }
        assertThat(gallery.search(new float[] {1, 2, 3}, 3)).hasSize(3);
      }
      if (i == 100) {
        before = count(descriptors);
        threads = Thread.activeCount();
      }
    }
    assertThat(count(descriptors)).isLessThanOrEqualTo(before + 3);
    assertThat(Thread.activeCount()).isLessThanOrEqualTo(threads + 1);
  }

  private static long count(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.count();
    }
  }
}
