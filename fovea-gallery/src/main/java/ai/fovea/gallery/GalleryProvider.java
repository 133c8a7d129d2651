package ai.fovea.gallery;

import java.net.URI;
import java.util.Set;

/// Galleries of some kind, found through [java.util.ServiceLoader] by the scheme of their address;
/// [Galleries] is what users call.
///
/// Implementations have a public constructor without parameters, hold no state, and are named in
/// `META-INF/services/ai.fovea.gallery.GalleryProvider`.
public interface GalleryProvider {

  /// Returns the schemes of the addresses that this provider opens, in lower case, for instance
  /// `file`.
  Set<String> schemes();

  /// Opens a gallery for reading.
  ///
  /// @param address with one of the [#schemes()]
  /// @throws GalleryException where there is none, or it can't be opened
  GalleryReader openReader(URI address);

  /// Opens a gallery for reading and writing.
  ///
  /// @param address with one of the [#schemes()]
  /// @throws GalleryException where there is none, or it can't be opened so
  Gallery open(URI address);

  /// Creates an empty gallery.
  ///
  /// @param address with one of the [#schemes()]
  /// @throws GalleryException where there is something already, or it can't be created
  Gallery create(URI address, GallerySettings settings);
}
