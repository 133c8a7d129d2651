package ai.fovea.gallery;

class MemoryGalleryTest extends GalleryContract {
  @Override
  protected Gallery create(GallerySettings settings) {
    return Gallery.inMemory(settings);
  }
}
