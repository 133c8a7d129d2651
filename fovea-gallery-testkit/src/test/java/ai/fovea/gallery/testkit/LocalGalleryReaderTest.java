package ai.fovea.gallery.testkit;

import ai.fovea.gallery.GalleryReader;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.NewEntry;
import ai.fovea.index.IndexSettings;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/// The galleries of this process, read: in memory, in a folder, opened for reading (from a log, and
/// from a snapshot), with every index.
class LocalGalleryReaderTest {
  @TempDir Path temporary;

  private static LocalGallery filled(LocalGallery gallery, List<NewEntry> entries) {
    gallery.addAll(entries);
    return gallery;
  }

  private Path folder() {
    return temporary.resolve(UUID.randomUUID().toString());
  }

  @Nested
  class InMemory extends GalleryReaderContract {
    @Override
    protected GalleryReader reader(GallerySettings settings, List<NewEntry> entries) {
      return filled(LocalGallery.inMemory(settings), entries);
    }
  }

  @Nested
  class InAFolder extends GalleryReaderContract {
    @Override
    protected GalleryReader reader(GallerySettings settings, List<NewEntry> entries) {
      return filled(LocalGallery.create(folder(), settings), entries);
    }
  }

  @Nested
  class ReadOnlyFromItsLog extends GalleryReaderContract {
    @Override
    protected GalleryReader reader(GallerySettings settings, List<NewEntry> entries) {
      Path folder = folder();
      filled(LocalGallery.create(folder, settings), entries).close();
      return LocalGallery.openReadOnly(folder);
    }
  }

  @Nested
  class ReadOnlyFromItsSnapshot extends GalleryReaderContract {
    @Override
    protected GalleryReader reader(GallerySettings settings, List<NewEntry> entries) {
      Path folder = folder();
      try (LocalGallery gallery = filled(LocalGallery.create(folder, settings), entries)) {
        gallery.compact();
      }
      return LocalGallery.openReadOnly(folder);
    }
  }

  /// Half of the images in the snapshot, half of them behind it, some gone from either.
  @Nested
  class FromSnapshotAndLog extends GalleryReaderContract {
    @Override
    protected GalleryReader reader(GallerySettings settings, List<NewEntry> entries) {
      LocalGallery gallery = LocalGallery.create(folder(), settings);
      NewEntry other =
          NewEntry.of("other", new float[settings.dimension()]).withAttribute("shop", "1");
      Arrays.fill(other.vector(), 1);
      gallery.add(other.withId(1));
      List<NewEntry> even = entries.stream().filter(e -> e.id().orElse(0) % 4 == 3).toList();
      gallery.addAll(even);
      gallery.add(other.withId(1000));
      gallery.compact();
      gallery.remove(1);
      gallery.remove(1000);
      gallery.add(other.withId(1002));
      gallery.addAll(entries.stream().filter(e -> e.id().orElse(0) % 4 != 3).toList());
      gallery.remove(1002);
      return gallery;
    }
  }

  @Nested
  class WithAFlatIndex extends GalleryReaderContract {
    @Override
    protected GalleryReader reader(GallerySettings settings, List<NewEntry> entries) {
      return filled(
          LocalGallery.inMemory(settings.withIndex(IndexSettings.parse("Flat"))), entries);
    }
  }

  @Nested
  class WithAnIvfIndex extends GalleryReaderContract {
    @Override
    protected GalleryReader reader(GallerySettings settings, List<NewEntry> entries) {
      return filled(LocalGallery.inMemory(settings.withIndex(IndexSettings.parse("IVF"))), entries);
    }
  }
}
