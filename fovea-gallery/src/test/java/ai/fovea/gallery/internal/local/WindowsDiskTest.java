package ai.fovea.gallery.internal.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import ai.fovea.gallery.GalleryException;
import ai.fovea.gallery.LocalGallery;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A file system that lets nobody delete, rename or replace a file that is open or mapped, as
/// Windows does.
class WindowsDiskTest {
  private static final FolderJournal.Limits LIMITS = new FolderJournal.Limits(3000, 1500);

  private static GalleryFolder on(SimulatedDisk disk) {
    return new GalleryFolder(disk, SimulatedDisk.FOLDER, LIMITS);
  }

  @Test
  void theSimulationRefusesWhatWindowsRefuses() throws Exception {
    SimulatedDisk disk = SimulatedDisk.of(Map.of("a", new byte[1], "b", new byte[1])).windows();
    disk.map(SimulatedDisk.FOLDER.resolve("a"));
    assertThatIOException()
        .isThrownBy(() -> disk.delete(SimulatedDisk.FOLDER.resolve("a")))
        .withMessageContaining("being used by another process");
    assertThatIOException().isThrownBy(() -> disk.create(SimulatedDisk.FOLDER.resolve("a")));
    assertThatIOException()
        .isThrownBy(() ->
            disk.rename(SimulatedDisk.FOLDER.resolve("b"), SimulatedDisk.FOLDER.resolve("a")));
    try (var open = disk.append(SimulatedDisk.FOLDER.resolve("b"))) {
      assertThat(open.size()).isEqualTo(1);
      assertThatIOException().isThrownBy(() -> disk.delete(SimulatedDisk.FOLDER.resolve("b")));
    }
    disk.unmapAll();
    disk.rename(SimulatedDisk.FOLDER.resolve("b"), SimulatedDisk.FOLDER.resolve("a"));
    disk.delete(SimulatedDisk.FOLDER.resolve("a"));
  }

  /// A writer that compacts often beside readers that have mapped each of its snapshots: everything
  /// stays readable, nothing is lost, and what could not be deleted goes when nobody uses it any
  /// more.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void filesInUseStandInNobodysWay(long seed) {
    SimulatedDisk disk = new SimulatedDisk().windows();
    on(disk).create(RandomChanges.SETTINGS).close();
    List<LocalGallery> readers = new ArrayList<>();
    List<Map<Long, String>> seen = new ArrayList<>();
    Map<Long, String> last;
    try (LocalGallery gallery = on(disk).open()) {
      for (int i = 0; i < 30; i++) {
        RandomChanges.change(gallery, seed * 1000 + i, 0, 1);
        if (i % 5 == 0) {
          gallery.compact();
          LocalGallery reader = on(disk).openReadOnly();
          readers.add(reader);
          seen.add(RandomChanges.contents(reader));
        }
      }
      gallery.verify();
      last = RandomChanges.contents(gallery);
    }
    for (int r = 0; r < readers.size(); r++) {
      assertThat(RandomChanges.contents(readers.get(r))).isEqualTo(seen.get(r));
      readers.get(r).close();
    }
    int left = disk.files().size();
    disk.unmapAll();
    try (LocalGallery again = on(disk).open()) {
      assertThat(RandomChanges.contents(again)).isEqualTo(last);
    }
    // The manifest, and what it names.
    assertThat(disk.files()).hasSizeLessThanOrEqualTo(4).hasSizeLessThan(left);
  }

  @Test
  void twoWritersAreRefused() {
    SimulatedDisk disk = new SimulatedDisk().windows();
    on(disk).create(RandomChanges.SETTINGS).close();
    try (LocalGallery gallery = on(disk).open()) {
      assertThat(gallery.entries()).isEmpty();
      assertThatExceptionOfType(GalleryException.class)
          .isThrownBy(() -> on(disk).open())
          .withMessageContaining("open for writing");
    }
  }
}
