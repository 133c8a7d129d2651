package ai.fovea.gallery;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Opens galleries by their address: a path (`mugs`, `C:\mugs`) or a URI (`file:///srv/mugs`,
/// `memory:`, and whatever schemes the providers on the class path have).
///
/// A path is a gallery in a folder. A path that looks like a URI, with a colon behind two or more
/// letters, is written with `./` before it.
public final class Galleries {
  // A single letter is a drive of Windows.
  private static final Pattern SCHEME =
      Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+):.*", Pattern.DOTALL);

  private Galleries() {}

  /// Opens a gallery for reading.
  ///
  /// @throws GalleryException where nothing on the class path knows the address's scheme, or there
  ///     is no gallery there
  /// @throws DamagedGalleryException where it is not as it was written
  public static GalleryReader openReader(String address) {
    Matcher scheme = SCHEME.matcher(address);
    return scheme.matches()
        ? provider(address, scheme.group(1)).openReader(uri(address))
        : LocalGallery.openReadOnly(Path.of(address));
  }

  /// Opens a gallery for reading and writing.
  ///
  /// @throws GalleryException where nothing on the class path knows the address's scheme, there is
  ///     no gallery there, or it can't be written
  /// @throws DamagedGalleryException where it is not as it was written
  public static Gallery open(String address) {
    Matcher scheme = SCHEME.matcher(address);
    return scheme.matches()
        ? provider(address, scheme.group(1)).open(uri(address))
        : LocalGallery.open(Path.of(address));
  }

  /// Creates an empty gallery.
  ///
  /// @throws GalleryException where nothing on the class path knows the address's scheme, or there
  ///     is something already
  public static Gallery create(String address, GallerySettings settings) {
    Matcher scheme = SCHEME.matcher(address);
    return scheme.matches()
        ? provider(address, scheme.group(1)).create(uri(address), settings)
        : LocalGallery.create(Path.of(address), settings);
  }

  /// Returns the schemes that the providers on the class path have, sorted.
  public static SortedSet<String> schemes() {
    SortedSet<String> all = new TreeSet<>();
    ServiceLoader.load(GalleryProvider.class).forEach(provider -> all.addAll(provider.schemes()));
    return all;
  }

  private static GalleryProvider provider(String address, String scheme) {
    List<GalleryProvider> fitting = new ArrayList<>();
    for (GalleryProvider provider : ServiceLoader.load(GalleryProvider.class)) {
      if (provider.schemes().contains(scheme.toLowerCase(Locale.ROOT))) {
        fitting.add(provider);
      }
    }
    return switch (fitting.size()) {
      case 1 -> fitting.getFirst();
      case 0 ->
          throw new GalleryException(
              "gallery '"
                  + address
                  + "': no module on the class path has galleries of the scheme '"
                  + scheme
                  + ":'; there are "
                  + String.join(", ", schemes().stream().map(s -> s + ":").toList())
                  + " and paths (a path with a colon begins with ./)");
      default ->
          throw new GalleryException(
              "gallery '"
                  + address
                  + "': several modules on the class path have galleries of the scheme '"
                  + scheme
                  + ":': "
                  + String.join(
                      ", ", fitting.stream().map(p -> p.getClass().getName()).sorted().toList()));
    };
  }

  private static URI uri(String address) {
    try {
      // Java knows no URI that ends behind its scheme.
      return new URI(address.endsWith(":") ? address + "/" : address);
    } catch (URISyntaxException e) {
      throw new GalleryException(
          "gallery '"
              + address
              + "' is no address: "
              + e.getReason()
              + " at position "
              + (e.getIndex() + 1)
              + "; in a URI a blank is %20",
          e);
    }
  }
}
