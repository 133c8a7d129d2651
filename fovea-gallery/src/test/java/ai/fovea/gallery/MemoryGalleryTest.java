package ai.fovea.gallery;

class MemoryGalleryTest extends LocalGalleryContract {
  @Override
  protected LocalGallery create(GallerySettings settings) {
    return LocalGallery.inMemory(settings);
  }
}
