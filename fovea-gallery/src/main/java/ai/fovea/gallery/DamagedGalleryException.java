package ai.fovea.gallery;

import java.nio.file.Path;

/// A file of a gallery is not what was written: cut short, changed, or of another kind. Nothing of
/// it is used.
public final class DamagedGalleryException extends GalleryException {
  private static final long serialVersionUID = 1;

  private final String file;
  private final long offset;

  /// Damage in `file`, found at the byte `offset`.
  public DamagedGalleryException(Path file, long offset, String what) {
    super(
        file
            + " is damaged at byte "
            + offset
            + ": "
            + what
            + "; restore the gallery from a copy, or build it again");
    this.file = file.toString();
    this.offset = offset;
  }

  /// Returns the file.
  public Path file() {
    return Path.of(file);
  }

  /// Returns the byte, or the start of the block, at which the damage was noticed.
  public long offset() {
    return offset;
  }
}
