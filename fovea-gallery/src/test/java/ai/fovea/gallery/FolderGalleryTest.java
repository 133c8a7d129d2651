package ai.fovea.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.gallery.calibration.Calibration;
import ai.fovea.gallery.calibration.Calibrator;
import ai.fovea.index.IndexSettings;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderGalleryTest extends LocalGalleryContract {
  @TempDir Path temporary;

  private Path folder() {
    return temporary.resolve("gallery");
  }

  @Override
  protected LocalGallery create(GallerySettings settings) {
    return LocalGallery.create(folder(), settings);
  }

  @Nested
  class AfterReopening extends LocalGalleryContract {
    @Override
    protected LocalGallery create(GallerySettings settings) {
      return LocalGallery.create(folder(), settings);
    }

    @Override
    protected LocalGallery reopened(LocalGallery gallery) {
      gallery.close();
      return LocalGallery.open(folder());
    }
  }

  @Nested
  class AfterASnapshot extends LocalGalleryContract {
    @Override
    protected LocalGallery create(GallerySettings settings) {
      return LocalGallery.create(folder(), settings);
    }

    @Override
    protected LocalGallery reopened(LocalGallery gallery) {
      gallery.compact();
      gallery.close();
      return LocalGallery.open(folder());
    }
  }

  @Nested
  class WhileASnapshotIsTaken extends LocalGalleryContract {
    @Override
    protected LocalGallery create(GallerySettings settings) {
      return LocalGallery.create(folder(), settings);
    }

    @Override
    protected LocalGallery reopened(LocalGallery gallery) {
      gallery.compact();
      return gallery;
    }
  }

  @Test
  void theFolderHoldsAManifestAndALogAndThenASnapshot() throws IOException {
    try (LocalGallery gallery = create(new GallerySettings("sha256:0f", 2, Similarity.COSINE))) {
      gallery.add(NewEntry.of("a", new float[] {1, 0}));
      gallery.flush();
      assertThat(names()).containsExactly("LOCK", "MANIFEST", "log-000000.fvl");
      gallery.setCalibration(Calibration.given(0.25f));
      gallery.compact();
      assertThat(names())
          .containsExactly(
              "LOCK", "MANIFEST", "index-000001.fvi", "log-000001.fvl", "snapshot-000001.fvs");
      gallery.verify();
    }
    assertThat(Files.size(folder().resolve("log-000001.fvl"))).isEqualTo(64);
    assertThat(Files.readAllLines(folder().resolve("MANIFEST")))
        .startsWith("fovea-gallery 2")
        .contains("model: sha256:0f", "dimension: 2", "similarity: cosine", "snapshot: 1")
        .contains("durability: each-change");
    try (LocalGallery gallery = LocalGallery.open(folder())) {
      assertThat(gallery.info().calibration()).contains(Calibration.given(0.25f));
      assertThat(gallery.add(NewEntry.of("b", new float[] {1, 0}))).isEqualTo(1);
    }
  }

  @Test
  void aFolderThatWasCopiedInTheMidstOfWorkHasAllThatWasReturned() throws IOException {
    Path copy = temporary.resolve("copy");
    Files.createDirectories(copy);
    try (LocalGallery gallery = create(new GallerySettings("m", 1, Similarity.L2))) {
      gallery.add(NewEntry.of("kept", new float[] {1}));
      gallery.compact();
      gallery.add(NewEntry.of("logged", new float[] {2}));
      for (String name : names()) {
        Files.copy(folder().resolve(name), copy.resolve(name));
      }
      Files.writeString(copy.resolve("snapshot-000003.fvs"), "not named by the manifest");
      Files.writeString(copy.resolve("MANIFEST.tmp"), "unfinished");
      Files.writeString(copy.resolve("notes.txt"), "not ours");
    }
    try (LocalGallery gallery = LocalGallery.open(copy)) {
      assertThat(gallery.labels()).containsOnlyKeys("kept", "logged");
      try (Stream<Path> files = Files.list(copy)) {
        assertThat(files.map(f -> f.getFileName().toString()).sorted())
            .containsExactly(
                "LOCK",
                "MANIFEST",
                "index-000001.fvi",
                "log-000001.fvl",
                "notes.txt",
                "snapshot-000001.fvs");
      }
    }
  }

  @Test
  void aSecondWriterIsRefusedAndAReaderIsNot() throws Exception {
    try (LocalGallery writer = create(new GallerySettings("m", 1, Similarity.L2))) {
      writer.add(NewEntry.of("a", new float[] {1}));
      writer.flush();
      assertThatExceptionOfType(GalleryException.class)
          .isThrownBy(() -> LocalGallery.open(folder()))
          .withMessageContaining("open for writing in this process");
      // The refused attempt must not have given up the lock that keeps other processes out.
      assertThat(otherProcessLocks()).contains("refused");
      try (LocalGallery reader = LocalGallery.openReadOnly(folder())) {
        assertThat(reader.labels()).containsOnlyKeys("a");
        assertThat(reader.isReadOnly()).isTrue();
        assertThatThrownBy(() -> reader.add(NewEntry.of("b", new float[] {1})))
            .isInstanceOf(GalleryException.class)
            .hasMessageContaining("read-only");
        assertThatThrownBy(() -> new Calibrator(0.1).calibrateAndStore(reader))
            .isInstanceOf(GalleryException.class);
      }
    }
    assertThat(otherProcessLocks()).contains("taken");
    LocalGallery.open(folder()).close();
  }

  @Test
  void readersOpenWhileAWriterFlushes() throws Exception {
    try (LocalGallery writer = create(new GallerySettings("m", 1, Similarity.L2))) {
      Thread flushing =
          Thread.ofPlatform()
              .start(() -> {
                for (int i = 0; i < 60; i++) {
                  writer.add(NewEntry.of("a", new float[] {i}));
                  if (i % 7 == 0) {
                    writer.compact();
                  }
                }
              });
      int before = 0;
      while (flushing.isAlive()) {
        try (LocalGallery reader = LocalGallery.openReadOnly(folder())) {
          assertThat(reader.info().entries()).isBetween(before, 60);
          before = reader.info().entries();
        }
      }
      flushing.join();
    }
  }

  @Test
  void foldersWithoutAGalleryAreRefused() throws IOException {
    assertThatExceptionOfType(GalleryException.class)
        .isThrownBy(() -> LocalGallery.open(folder()))
        .withMessageContaining("no such folder");
    assertThat(folder()).doesNotExist();
    Files.createDirectories(folder());
    Files.writeString(folder().resolve("holiday.txt"), "mine");
    GallerySettings settings = new GallerySettings("m", 1, Similarity.L2);
    assertThatExceptionOfType(GalleryException.class)
        .isThrownBy(() -> LocalGallery.create(folder(), settings))
        .withMessageContaining("not empty");
    assertThat(names()).containsExactly("holiday.txt");
    Path file = folder().resolve("holiday.txt");
    assertThatExceptionOfType(GalleryException.class)
        .isThrownBy(() -> LocalGallery.create(file, settings));
    assertThatExceptionOfType(GalleryException.class).isThrownBy(() -> LocalGallery.open(file));
  }

  @Test
  void aNewerFormatIsNotTakenForDamage() throws IOException {
    create(new GallerySettings("m", 1, Similarity.L2)).close();
    Path manifest = folder().resolve("MANIFEST");
    Files.writeString(
        manifest, Files.readString(manifest).replace("fovea-gallery 2", "fovea-gallery 7"));
    assertThatExceptionOfType(GalleryException.class)
        .isThrownBy(() -> LocalGallery.open(folder()))
        .withMessageContaining("version 7")
        .withMessageContaining("newer program")
        .isNotInstanceOf(DamagedGalleryException.class);
  }

  @Test
  void manyVectorsSurviveReopening() {
    Random random = new Random(8);
    List<NewEntry> entries =
        Stream.generate(() ->
                NewEntry.of("l" + random.nextInt(500), gaussian(random, 33, 1, new float[33])))
            .limit(5000)
            .toList();
    List<Candidate> before;
    // An exact index: graphs that are built twice need not be the same.
    try (LocalGallery gallery =
        create(new GallerySettings("m", 33, Similarity.COSINE).withIndex(IndexSettings.FLAT))) {
      gallery.addAll(entries);
      before = gallery.search(entries.getFirst().vector(), 50);
    }
    try (LocalGallery gallery = LocalGallery.openReadOnly(folder())) {
      assertThat(gallery.search(entries.getFirst().vector(), 50)).isEqualTo(before);
      assertThat(gallery.info().entries()).isEqualTo(5000);
    }
  }

  @Test
  void aGraphSurvivesSnapshotAndLogAfterManyChanges() {
    Random random = new Random(9);
    float[] query = gaussian(random, 16, 1, new float[16]);
    List<Candidate> before;
    try (LocalGallery gallery =
        create(new GallerySettings("m", 16, Similarity.L2).withDurability(Durability.ON_FLUSH))) {
      gallery.addAll(
          Stream.generate(() -> NewEntry.of("a", gaussian(random, 16, 1, new float[16])))
              .limit(3000)
              .toList());
      gallery.removeAll(Stream.iterate(0L, id -> id + 5).limit(400).toList());
      gallery.compact();
      for (long id = 1; id < 600; id += 5) {
        gallery.update(id, gaussian(random, 16, 1, new float[16]));
      }
      gallery.removeAll(Stream.iterate(2L, id -> id + 5).limit(200).toList());
      gallery.verify();
      before = gallery.search(query, 10);
    }
    for (int round = 0; round < 2; round++) {
      try (LocalGallery gallery = LocalGallery.open(folder())) {
        assertThat(gallery.info().entries()).isEqualTo(2400);
        // Nearly all: the graph is not the same.
        assertThat(gallery.search(query, 10)).filteredOn(before::contains).hasSizeGreaterThan(7);
        assertThat(gallery.search(query, 2400)).hasSizeGreaterThan(2380);
        gallery.compact();
      }
    }
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder())) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private String otherProcessLocks() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Locker.class.getName(),
                folder().resolve("LOCK").toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  /// Runs in a JVM of its own and tries to lock a file.
  public static final class Locker {
    private Locker() {}

    public static void main(String[] args) throws IOException {
      try (FileChannel channel = FileChannel.open(Path.of(args[0]), StandardOpenOption.WRITE);
          FileLock lock = channel.tryLock()) {
        System.out.println(lock == null ? "refused" : "taken");
      }
    }
  }
}
