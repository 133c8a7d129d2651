package ai.fovea.cli;

import ai.fovea.weights.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/// Copies of images in one folder for each class, named by its number, as PaddleClas' `SavePreLabel` makes them. Copies of an earlier run
/// are replaced; of two images of one run with the same name both are kept.
final class ClassFolders {
  private final Path root;
  private final Set<Path> written = new HashSet<>();

  /// @param root the folder of the folders, made with the first copy
  ClassFolders(Path root) {
    this.root = root;
  }

  /// Copies an image.
  ///
  /// @param name its file name there
  /// @param id the class
  /// @return the copy
  Path copy(Path image, String name, int id) throws IOException {
    Path folder = root.resolve(Integer.toString(id));
    int dot = name.lastIndexOf('.');
    String stem = dot > 0 ? name.substring(0, dot) : name;
    Path copy = folder.resolve(name);
    for (int i = 2; !written.add(copy); i++) {
      copy = folder.resolve(stem + "-" + i + name.substring(stem.length()));
    }
    AtomicFile.write(copy, out -> Files.copy(image, out));
    return copy;
  }

  /// The folder of the folders.
  Path root() {
    return root;
  }

  /// How many images were copied.
  int size() {
    return written.size();
  }
}
