package ai.fovea.cli.train;

import ai.fovea.testkit.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// A configuration with 16 images and lists.
final class TinyRecipe {
  private TinyRecipe() {}

  /// Copies it into a folder.
  ///
  /// @return the configuration, which names the copies
  static Path copy(Path folder) throws IOException {
    Path from = Shared.path("cases/tiny-recipe");
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path to = folder.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(to);
        } else {
          Files.write(to, Files.readAllBytes(file));
        }
      }
    }
    Path recipe = folder.resolve("cls.yaml");
    String text =
        Files.readString(recipe)
            .replace("image_root: images", "image_root: " + folder.resolve("images"))
            .replaceAll("cls_label_path: (\\w+).txt", "cls_label_path: " + folder + "/$1.txt");
    return Files.writeString(recipe, text);
  }
}
