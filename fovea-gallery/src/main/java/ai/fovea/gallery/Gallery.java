package ai.fovea.gallery;

/// A gallery that can be read and written, wherever it is stored: what [Galleries#open] returns.
/// [LocalGallery] is the one of this machine.
public interface Gallery extends GalleryReader, GalleryWriter {}
