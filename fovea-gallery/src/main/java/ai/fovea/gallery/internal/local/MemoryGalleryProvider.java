package ai.fovea.gallery.internal.local;

import ai.fovea.gallery.Gallery;
import ai.fovea.gallery.GalleryException;
import ai.fovea.gallery.GalleryProvider;
import ai.fovea.gallery.GalleryReader;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.LocalGallery;
import java.net.URI;
import java.util.Set;

/// Galleries in memory, `memory:`, each a new one: they can be created, and there is nothing to
/// open.
public final class MemoryGalleryProvider implements GalleryProvider {

  @Override
  public Set<String> schemes() {
    return Set.of("memory");
  }

  @Override
  public GalleryReader openReader(URI address) {
    throw nothingToOpen(address);
  }

  @Override
  public Gallery open(URI address) {
    throw nothingToOpen(address);
  }

  @Override
  public Gallery create(URI address, GallerySettings settings) {
    if (!address.getSchemeSpecificPart().equals("/")) {
      throw new GalleryException(
          "gallery '" + address + "': galleries in memory have no names; write memory:");
    }
    return LocalGallery.inMemory(settings);
  }

  private static GalleryException nothingToOpen(URI address) {
    return new GalleryException(
        "gallery '"
            + address
            + "': a gallery in memory begins empty and is created, not opened; its first images are"
            + " added to it");
  }
}
