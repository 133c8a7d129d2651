package ai.fovea.gallery.internal.local;

import ai.fovea.gallery.GalleryException;
import ai.fovea.gallery.internal.SealedFile;
import java.nio.file.Path;
import java.util.List;

/// Refuses changes.
///
/// @param files those that the gallery reads from
record ReadOnlyJournal(Path folder, List<SealedFile> files) implements Journal {
  @Override
  public boolean isReadOnly() {
    return true;
  }

  @Override
  public Pending append(LoggedChange change) {
    throw new GalleryException(
        "gallery " + folder + " was opened read-only: open it for writing to change it");
  }

  @Override
  public void verify() {
    files.forEach(SealedFile::verify);
  }
}
