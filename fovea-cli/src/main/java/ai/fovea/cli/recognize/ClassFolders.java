package ai.fovea.cli.recognize;

import ai.fovea.base.AtomicFile;
import ai.fovea.cli.input.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// Copies of images in one folder for each class, named by its number, as PaddleClas' `SavePreLabel` makes them.
///
/// No file is ever replaced: one that has the name of a copy and holds the same is that copy, from an earlier run; beside any
/// other the copy gets a number. So each run over the same images leaves the same files.
final class ClassFolders {
  private final Path root;
  private final Set<Path> copies = new HashSet<>();

  /// @param root the folder of the folders, made with the first copy
  ClassFolders(Path root) {
    this.root = root;
  }

  /// Why these images can't be copied there: copies would mix with the images that they are made of, and the next run would take
  /// them for more images.
  Optional<String> problem(Images images) throws IOException {
    Path place = real(root);
    for (Path named : images.inputs().paths()) {
      if (Files.isDirectory(named) && place.startsWith(named.toRealPath())) {
        return Optional.of(
            root
                + (Files.isDirectory(root) && Files.isSameFile(root, named)
                    ? " is the folder of the images"
                    : " lies in " + named + ", the folder of the images")
                + "; name one elsewhere");
      }
    }
    Optional<Path> standardInput = images.inputs().standardInput();
    for (Path image : images.images()) {
      if (!standardInput.equals(Optional.of(image)) && real(image).startsWith(place)) {
        return Optional.of(root + " holds the image " + image + "; name a folder elsewhere");
      }
    }
    return Optional.empty();
  }

  /// Copies an image, unless the copy is there.
  ///
  /// @param name its file name there
  /// @param id the class
  /// @return the copy
  Path copy(Path image, String name, int id) throws IOException {
    Path folder = root.resolve(Integer.toString(id));
    int dot = name.lastIndexOf('.');
    String stem = dot > 0 ? name.substring(0, dot) : name;
    Path copy = folder.resolve(name);
    for (int i = 2; copies.contains(copy) || isOther(copy, image); i++) {
      copy = folder.resolve(stem + "-" + i + name.substring(stem.length()));
    }
    if (!Files.exists(copy)) {
      AtomicFile.write(copy, out -> Files.copy(image, out));
    }
    copies.add(copy);
    return copy;
  }

  /// Whether something else than a copy of the image has this name.
  private static boolean isOther(Path copy, Path image) throws IOException {
    return Files.exists(copy, LinkOption.NOFOLLOW_LINKS)
        && !(Files.isRegularFile(copy) && Files.mismatch(copy, image) < 0);
  }

  /// Where a path leads, also if not all of it is there.
  private static Path real(Path path) throws IOException {
    Path there = path.toAbsolutePath().normalize();
    Path parent = there.getParent();
    return Files.exists(there) || parent == null
        ? there.toRealPath()
        : real(parent).resolve(there.getFileName());
  }

  /// The folder of the folders.
  Path root() {
    return root;
  }

  /// How many images were copied.
  int size() {
    return copies.size();
  }
}
