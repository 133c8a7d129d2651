package ai.fovea.gallery.internal.local;

import ai.fovea.gallery.Gallery;
import ai.fovea.gallery.GalleryException;
import ai.fovea.gallery.GalleryProvider;
import ai.fovea.gallery.GalleryReader;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.LocalGallery;
import java.net.URI;
import java.nio.file.Path;
import java.util.Set;

/// Galleries in folders: `file:///srv/mugs`, and `file:mugs` for a path from the working directory
/// on.
public final class FileGalleryProvider implements GalleryProvider {

  @Override
  public Set<String> schemes() {
    return Set.of("file");
  }

  @Override
  public GalleryReader openReader(URI address) {
    return LocalGallery.openReadOnly(path(address));
  }

  @Override
  public Gallery open(URI address) {
    return LocalGallery.open(path(address));
  }

  @Override
  public Gallery create(URI address, GallerySettings settings) {
    return LocalGallery.create(path(address), settings);
  }

  private static Path path(URI address) {
    try {
      return address.isOpaque() ? Path.of(address.getSchemeSpecificPart()) : Path.of(address);
    } catch (IllegalArgumentException e) {
      throw new GalleryException(
          "gallery '"
              + address
              + "' is not the address of a folder ("
              + e.getMessage()
              + "): write file:///PATH",
          e);
    }
  }
}
