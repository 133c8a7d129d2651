package ai.fovea.gallery.internal.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import ai.fovea.gallery.Change;
import ai.fovea.gallery.ChangeResult;
import ai.fovea.gallery.Entry;
import ai.fovea.gallery.GalleryException;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.UnknownOutcomeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Disks that are full, or fail.
class FailingDiskTest {
  private static final int CHANGES = 12;
  private static final FolderJournal.Limits LIMITS = new FolderJournal.Limits(3000, 1500);

  private static GalleryFolder on(SimulatedDisk disk) {
    return new GalleryFolder(disk, SimulatedDisk.FOLDER, LIMITS);
  }

  private static SimulatedDisk withGallery() {
    SimulatedDisk disk = new SimulatedDisk();
    on(disk).create(RandomChanges.SETTINGS).close();
    return SimulatedDisk.of(disk.files());
  }

  private static int operations(long seed) {
    SimulatedDisk disk = withGallery();
    try (LocalGallery gallery = on(disk).open()) {
      for (int i = 0; i < CHANGES; i++) {
        RandomChanges.change(gallery, seed * 1000 + i, 0, 1);
      }
    }
    return disk.operations();
  }

  /// Changes that can't be written change nothing, and later ones go on once there is room.
  private static void check(String what, long seed, SimulatedDisk disk) {
    LocalGallery gallery = on(disk).open();
    for (int i = 0; i < CHANGES; i++) {
      Map<Long, String> before = RandomChanges.contents(gallery);
      try {
        RandomChanges.change(gallery, seed * 1000 + i, 0, 1);
      } catch (GalleryException e) {
        assertThat(e).as(what).hasMessageContaining("No space left");
        assertThat(RandomChanges.contents(gallery)).as(what).isEqualTo(before);
      }
    }
    disk.space(1 << 30).failWrite(Integer.MAX_VALUE);
    long id = gallery.add(NewEntry.of("after", new float[] {1, 2, 3}));
    gallery.compact();
    gallery.remove(id);
    Map<Long, String> last = RandomChanges.contents(gallery);
    gallery.close();
    SimulatedDisk later = disk.afterPowerCut(new Random(seed));
    try (LocalGallery again = on(later).open()) {
      assertThat(RandomChanges.contents(again)).as(what).isEqualTo(last);
    }
  }

  @Test
  void aFullDiskChangesNothing() {
    for (long seed = 1; seed <= 12; seed++) {
      for (int space = 0; space < 9000; space += 97) {
        check("seed " + seed + ", " + space + " bytes", seed, withGallery().space(space));
      }
    }
  }

  @Test
  void aSnapshotThatFailedBesideAChangeIsWrittenAtClosingOnceThereIsRoomAgain() {
    NewEntry entry = NewEntry.of("a", new float[] {1, 2, 3});
    SimulatedDisk first = withGallery();
    int before = bytes(first);
    try (LocalGallery gallery = on(first).open()) {
      gallery.add(entry);
    }
    int change = bytes(first) - before;
    SimulatedDisk disk = withGallery().space(change);
    LocalGallery gallery =
        new GalleryFolder(disk, SimulatedDisk.FOLDER, new FolderJournal.Limits(0, 0)).open();
    gallery.add(entry);
    assertThat(disk.files().keySet()).noneMatch(name -> name.endsWith(".fvs"));
    disk.space(1 << 30);
    gallery.close();
    assertThat(disk.files().keySet()).anyMatch(name -> name.endsWith(".fvs"));
  }

  private static int bytes(SimulatedDisk disk) {
    return disk.files().values().stream().mapToInt(f -> f.length).sum();
  }

  /// It would fail in the same way, and be told twice.
  @Test
  void aSnapshotThatCouldNotBeWrittenIsNotTriedAgainAtClosing() {
    SimulatedDisk disk = withGallery();
    GalleryFolder folder =
        new GalleryFolder(disk, SimulatedDisk.FOLDER, new FolderJournal.Limits(1 << 20, 0));
    LocalGallery gallery = folder.open();
    long id = gallery.add(NewEntry.of("a", new float[] {1, 2, 3}));
    disk.space(10);
    assertThatExceptionOfType(GalleryException.class)
        .isThrownBy(gallery::compact)
        .withMessageContaining("No space left");
    int before = disk.operations();
    gallery.close();
    assertThat(disk.operations()).isEqualTo(before);
    try (LocalGallery again = folder.open()) {
      assertThat(again.find(id)).isPresent();
    }
  }

  @Test
  void aWriteThatFailsChangesNothing() {
    for (long seed = 1; seed <= 12; seed++) {
      int operations = operations(seed);
      for (int at = 1; at <= operations; at++) {
        check("seed " + seed + ", operation " + at, seed, withGallery().failWrite(at));
      }
    }
  }

  /// Once the disk has failed to force something, no change is taken any more, and none is lost
  /// that had returned.
  @Test
  void aForcingThatFailsEndsAllWriting() {
    for (long seed = 1; seed <= 12; seed++) {
      int operations = operations(seed);
      for (int at = 1; at <= operations; at++) {
        String what = "seed " + seed + ", operation " + at;
        SimulatedDisk disk = withGallery().failForce(at);
        List<Map<Long, String>> possible = new ArrayList<>();
        boolean failed = false;
        try (LocalGallery gallery = on(disk).open()) {
          possible.add(RandomChanges.contents(gallery));
          for (int i = 0; i < CHANGES && !failed; i++) {
            try {
              RandomChanges.change(gallery, seed * 1000 + i, 0, 1);
              possible.clear();
            } catch (GalleryException e) {
              assertThat(e).as(what).hasMessageContaining("Input/output error");
              failed = true;
            }
            possible.add(RandomChanges.contents(gallery));
          }
          if (failed) {
            assertThatExceptionOfType(GalleryException.class)
                .as(what)
                .isThrownBy(() -> gallery.add(NewEntry.of("b", new float[] {1, 2, 3})))
                .withMessageContaining("open it again");
          }
        } catch (GalleryException e) {
          // Closing says it once more; or opening or the last snapshot met it.
          assertThat(e).as(what).hasMessageContaining("Input/output error");
        }
        for (SimulatedDisk later : List.of(disk.afterCrash(), disk.afterPowerCut(new Random(at)))) {
          try (LocalGallery again = on(later).open()) {
            if (!possible.isEmpty()) {
              assertThat(possible).as(what).contains(RandomChanges.contents(again));
            }
            again.add(NewEntry.of("after", new float[] {1, 2, 3}));
          }
        }
      }
    }
  }

  /// A change that could not be forced is visible, and is not said to have been left undone.
  @Test
  void ofAChangeThatCouldNotBeForcedNobodyKnows() {
    List<Change> changes =
        List.of(
            new Change.Add(NewEntry.of("new", new float[] {3, 2, 1}).withId(70)),
            new Change.Remove(0),
            new Change.Describe(new Entry(0, "other", Optional.empty(), Map.of())),
            new Change.Relabel(List.of("a"), "other"));
    for (Change change : changes) {
      SimulatedDisk disk = withImage();
      LocalGallery gallery = on(disk).open();
      disk.failForce(disk.operations());
      Map<Long, String> before = RandomChanges.contents(gallery);
      List<ChangeResult> results =
          gallery.apply(List.of(change, new Change.UpdateVector(0, new float[] {1, 1, 1})));
      assertThat(results)
          .element(0)
          .asInstanceOf(type(ChangeResult.Failed.class))
          .satisfies(failed -> {
            assertThat(failed.reason()).isEqualTo(ChangeResult.Reason.UNKNOWN);
            assertThat(failed.problem()).contains("visible", "Input/output error", "open it again");
          });
      assertThat(results).element(1).isEqualTo(new ChangeResult.Skipped());
      assertThatExceptionOfType(UnknownOutcomeException.class)
          .isThrownBy(() -> results.getFirst().orElseThrow());
      assertThat(RandomChanges.contents(gallery)).as("%s", change).isNotEqualTo(before);
      // The next one is not done, and that is known.
      assertThat(gallery.apply(new Change.Add(NewEntry.of("b", new float[] {1, 2, 3}))))
          .asInstanceOf(type(ChangeResult.Failed.class))
          .extracting(ChangeResult.Failed::reason)
          .isEqualTo(ChangeResult.Reason.STORE);
    }
  }

  /// With the image 0 of the label `a`.
  private static SimulatedDisk withImage() {
    SimulatedDisk disk = new SimulatedDisk();
    try (LocalGallery gallery = on(disk).create(RandomChanges.SETTINGS)) {
      gallery.add(NewEntry.of("a", new float[] {1, 2, 3}));
    }
    return SimulatedDisk.of(disk.files());
  }

  /// Also one in which a crash left things to be tidied up.
  @Test
  void aDiskThatCantBeWrittenToIsReadOnly() {
    SimulatedDisk whole = withGallery();
    try (LocalGallery gallery = on(whole).open()) {
      for (int i = 0; i < CHANGES; i++) {
        RandomChanges.change(gallery, i, 0, 1);
      }
    }
    for (int at = 1; at <= whole.operations(); at++) {
      SimulatedDisk cut = withGallery().cutAt(at);
      try (LocalGallery gallery = on(cut).open()) {
        for (int i = 0; i < CHANGES; i++) {
          RandomChanges.change(gallery, i, 0, 1);
        }
      } catch (SimulatedDisk.PowerCut e) {
        assertThat(cut.operations()).isEqualTo(at);
      }
      SimulatedDisk disk = cut.forgetful();
      Map<String, byte[]> files = disk.files();
      assertThatExceptionOfType(GalleryException.class)
          .isThrownBy(() -> on(disk.readOnly()).open())
          .withMessageContaining("open it read-only");
      try (LocalGallery gallery = on(disk).openReadOnly()) {
        Map<Long, String> seen = RandomChanges.contents(gallery);
        try (LocalGallery again = on(SimulatedDisk.of(files)).open()) {
          assertThat(seen).as("operation %d", at).isEqualTo(RandomChanges.contents(again));
        }
        assertThatExceptionOfType(GalleryException.class)
            .isThrownBy(() -> gallery.add(NewEntry.of("b", new float[] {1, 2, 3})));
      }
      assertThat(disk.files()).isEqualTo(files);
    }
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no pipes in folders there")
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aPipeInThePlaceOfTheLockIsNotWaitedFor(@TempDir Path temporary) throws Exception {
    Path folder = temporary.resolve("g");
    LocalGallery.create(folder, RandomChanges.SETTINGS).close();
    Path lock = folder.resolve("LOCK");
    Files.delete(lock);
    assertThat(new ProcessBuilder("mkfifo", lock.toString()).start().waitFor()).isZero();
    assertThatExceptionOfType(GalleryException.class)
        .isThrownBy(() -> LocalGallery.open(folder))
        .withMessageContaining(folder.resolve("LOCK") + ": this is a pipe");
  }

  @Test
  void aFolderThatCantBeWrittenToIsReadOnly(@TempDir Path temporary) throws Exception {
    Path folder = temporary.resolve("g");
    try (LocalGallery gallery = LocalGallery.create(folder, RandomChanges.SETTINGS)) {
      gallery.add(NewEntry.of("a", new float[] {1, 2, 3}));
    }
    Assumptions.assumeFalse(
        "root".equals(System.getProperty("user.name")), "root can write to every folder");
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        assertThat(file.toFile().setReadOnly()).isTrue();
      }
    }
    assertThat(folder.toFile().setReadOnly()).isTrue();
    try {
      assertThatExceptionOfType(GalleryException.class)
          .isThrownBy(() -> LocalGallery.open(folder))
          .withMessageContaining("open it read-only");
      try (LocalGallery gallery = LocalGallery.openReadOnly(folder)) {
        assertThat(gallery.labels()).containsOnlyKeys("a");
      }
    } finally {
      assertThat(folder.toFile().setWritable(true)).isTrue();
    }
  }
}
