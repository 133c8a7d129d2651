package ai.fovea.cli.demo;

import ai.fovea.base.AtomicFile;
import ai.fovea.cli.CommandException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The photographs that come with the program; `demo/ATTRIBUTION.md` tells whose they are.
///
/// `demo/images.tsv` has one line each: what for, the label, the file. A query's label, `-` where the gallery has nothing
/// like it, is only compared with the answer afterwards.
public final class DemoImages {
  private DemoImages() {}

  /// What an image is for, and the folder that it is copied to.
  enum Role {
    /// In the gallery from the start.
    GALLERY("labels"),
    /// To be recognised.
    QUERY("queries"),
    /// Added later, as a new label.
    NEW("new");

    private final String folder;

    Role(String folder) {
      this.folder = folder;
    }
  }

  /// One photograph.
  ///
  /// @param label what it shows; empty for a query that shows nothing that is ever in the gallery
  /// @param file its place below the folder that it was copied to
  record DemoImage(Role role, Optional<String> label, Path file) {}

  /// Copies all photographs into `labels/LABEL/`, `queries/` and `new/LABEL/` below a folder.
  public static List<DemoImage> copyTo(Path folder) throws IOException {
    List<DemoImage> all = list();
    for (DemoImage image : all) {
      Path to = folder.resolve(image.file);
      Files.createDirectories(Optional.ofNullable(to.getParent()).orElse(folder));
      AtomicFile.write(to, resource(String.valueOf(image.file.getFileName())));
    }
    AtomicFile.write(folder.resolve("ATTRIBUTION.md"), resource("ATTRIBUTION.md"));
    return all;
  }

  private static List<DemoImage> list() throws IOException {
    try (var lines =
        new BufferedReader(new InputStreamReader(stream("images.tsv"), StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .map(line -> line.split("\t", -1))
          .map(f -> {
            Role role = Role.valueOf(f[0]);
            Path folder = Path.of(role.folder);
            return new DemoImage(
                role,
                Optional.of(f[1]).filter(l -> !l.equals("-")),
                (role == Role.QUERY ? folder : folder.resolve(f[1])).resolve(f[2]));
          })
          .toList();
    }
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = stream(name)) {
      return in.readAllBytes();
    }
  }

  private static InputStream stream(String name) throws IOException {
    InputStream in = DemoImages.class.getResourceAsStream(name);
    if (in == null) {
      throw new CommandException("the demo's " + name + " is missing from this build");
    }
    return in;
  }
}
