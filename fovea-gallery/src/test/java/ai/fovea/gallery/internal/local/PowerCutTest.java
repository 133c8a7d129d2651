package ai.fovea.gallery.internal.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import ai.fovea.gallery.Durability;
import ai.fovea.gallery.GalleryException;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.internal.local.SimulatedDisk.PowerCut;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Cuts the power at every operation of many random histories, on a disk that forgets whatever it
/// may.
class PowerCutTest {
  private static final int HISTORIES = 60;
  private static final int CHANGES = 14;
  private static final FolderJournal.Limits LIMITS = new FolderJournal.Limits(3000, 1500);

  private static GalleryFolder on(SimulatedDisk disk) {
    return new GalleryFolder(disk, SimulatedDisk.FOLDER, LIMITS);
  }

  /// What a gallery held after each of its changes, and how many operations that took.
  private record History(List<Map<Long, String>> states, int operations) {}

  private static History run(long seed, SimulatedDisk disk, GallerySettings settings) {
    List<Map<Long, String>> states = new ArrayList<>();
    LocalGallery gallery = disk.files().isEmpty() ? on(disk).create(settings) : on(disk).open();
    states.add(RandomChanges.contents(gallery));
    for (int i = 0; i < CHANGES; i++) {
      RandomChanges.change(gallery, seed * 1000 + i, 0, 1);
      states.add(RandomChanges.contents(gallery));
    }
    gallery.close();
    return new History(states, disk.operations());
  }

  /// Does the same with the power cut at an operation.
  ///
  /// @return how many changes had returned; -1 where not even the gallery was there
  private static int runInto(long seed, SimulatedDisk disk, GallerySettings settings) {
    int done = -1;
    try {
      LocalGallery gallery = disk.files().isEmpty() ? on(disk).create(settings) : on(disk).open();
      done = 0;
      for (int i = 0; i < CHANGES; i++) {
        RandomChanges.change(gallery, seed * 1000 + i, 0, 1);
        done++;
      }
      gallery.close();
    } catch (PowerCut e) {
      return done;
    }
    return done;
  }

  @Test
  void everyChangeThatReturnedIsThereAndNothingElse() {
    int cases = 0;
    for (long seed = 1; seed <= HISTORIES; seed++) {
      History history = run(seed, new SimulatedDisk(), RandomChanges.SETTINGS);
      for (int cut = 1; cut <= history.operations; cut++) {
        String what = "seed " + seed + ", cut at " + cut;
        Random random = new Random(seed * 100_000 + cut);
        SimulatedDisk disk = new SimulatedDisk().cutAt(cut);
        int done = runInto(seed, disk, RandomChanges.SETTINGS);
        checkRecovery(what, disk.afterPowerCut(random), random, history, done, done + 1);
        cases++;
      }
    }
    assertThat(cases).isGreaterThan(3000);
  }

  @Test
  void withoutForcingEachChangeSomeEarlierMomentIsThere() {
    GallerySettings lazy = RandomChanges.SETTINGS.withDurability(Durability.ON_FLUSH);
    for (long seed = 1; seed <= HISTORIES; seed++) {
      History history = run(seed, new SimulatedDisk(), lazy);
      for (int cut = 1; cut <= history.operations; cut++) {
        Random random = new Random(seed * 100_000 + cut);
        SimulatedDisk disk = new SimulatedDisk().cutAt(cut);
        int done = runInto(seed, disk, lazy);
        checkRecovery(
            "seed " + seed + ", cut at " + cut,
            disk.afterPowerCut(random),
            random,
            history,
            Math.min(done, 0),
            done + 1);
      }
    }
  }

  @Test
  void aGalleryOfVersion1BecomesVersion2OrStays() {
    for (long seed = 1; seed <= 10; seed++) {
      History history = run(seed, version1(), RandomChanges.SETTINGS);
      for (int cut = 1; cut <= history.operations; cut++) {
        Random random = new Random(seed * 100_000 + cut);
        SimulatedDisk disk = version1().cutAt(cut);
        int done = runInto(seed, disk, RandomChanges.SETTINGS);
        checkRecovery(
            "seed " + seed + ", cut at " + cut,
            disk.afterPowerCut(random),
            random,
            history,
            Math.max(0, done),
            done + 1);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void aProcessThatDiesLosesNothing(long seed) {
    GallerySettings lazy = RandomChanges.SETTINGS.withDurability(Durability.ON_FLUSH);
    History history = run(seed, new SimulatedDisk(), lazy);
    for (int cut = 1; cut <= history.operations; cut++) {
      SimulatedDisk disk = new SimulatedDisk().cutAt(cut);
      int done = runInto(seed, disk, lazy);
      checkRecovery(
          "seed " + seed + ", died at " + cut,
          disk.afterCrash(),
          new Random(cut),
          history,
          done,
          done + 1);
    }
  }

  /// The power fails once more while the gallery is being opened, perhaps; then it must open and be
  /// good for everything.
  private static void checkRecovery(
      String what, SimulatedDisk found, Random random, History history, int least, int most) {
    SimulatedDisk disk = found;
    if (!disk.files().containsKey(Manifest.FILE_NAME)) {
      assertThat(least).as(what + ": the gallery is gone").isNegative();
      on(disk).create(RandomChanges.SETTINGS).close();
      return;
    }
    if (random.nextBoolean()) {
      disk.cutAt(1 + random.nextInt(6));
      try {
        on(disk).open().close();
      } catch (PowerCut e) {
        // As meant.
      } catch (GalleryException e) {
        fail(what + ", opened until the next cut", e);
      }
      disk = disk.afterPowerCut(random);
    }
    try (LocalGallery gallery = on(disk).open()) {
      Map<Long, String> contents = RandomChanges.contents(gallery);
      int last = Math.min(most, history.states.size() - 1);
      assertThat(history.states.subList(Math.max(0, least), last + 1))
          .as(what + ", after %d changes", least)
          .contains(contents);
      long id = gallery.add(NewEntry.of("after", new float[] {1, 2, 3}));
      assertThat(contents).doesNotContainKey(id);
      gallery.verify();
    } catch (GalleryException e) {
      fail(what, e);
    }
    try (LocalGallery gallery = on(disk).openReadOnly()) {
      assertThat(gallery.labels()).containsKey("after");
    }
  }

  private static SimulatedDisk version1() {
    Map<String, byte[]> files = new TreeMap<>();
    for (String name : List.of("MANIFEST", "snapshot-000002.fvs")) {
      try (var in = PowerCutTest.class.getResourceAsStream("/galleries/version1/" + name)) {
        files.put(name, in.readAllBytes());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return SimulatedDisk.of(files);
  }
}
