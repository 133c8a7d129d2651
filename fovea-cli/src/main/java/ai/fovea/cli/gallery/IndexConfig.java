package ai.fovea.cli.gallery;

import ai.fovea.cli.input.ImageLists;
import ai.fovea.cli.input.Images;
import ai.fovea.cli.input.LabelledImages;
import ai.fovea.config.Config;
import ai.fovea.config.ConfigException;
import ai.fovea.gallery.Similarity;
import ai.fovea.index.IndexSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The section `IndexProcess` of PaddleClas' deployment configurations, as far as it says how a gallery is built.
///
/// | key | |
/// |---|---|
/// | `index_operation` | `new` (the default) puts a new gallery in the place of an old one, `append` adds, `remove` removes each image whose path and label stand in a line of the list |
/// | `index_dir` | the gallery's folder |
/// | `data_file` | the list |
/// | `image_root` | where its paths begin; left out: at the list's folder |
/// | `delimiter` | between path and label; left out: found line by line |
/// | `index_method` | `HNSW32` (the default), `IVF`, `Flat` |
/// | `dist_type` | `IP` (the default): cosine, as these models' vectors have length one; `L2` |
/// | `embedding_size` | what the model must yield |
///
/// `hamming` is refused: galleries hold no vectors of bits.
///
/// @param operation what is to be done
/// @param gallery the gallery's folder
/// @param list the list
/// @param reader reads the list
/// @param index how the nearest are found
/// @param similarity how images are compared
/// @param dimension how long vectors must be; 0 for any
public record IndexConfig(
    Operation operation,
    Optional<Path> gallery,
    Optional<Path> list,
    ImageLists reader,
    IndexSettings index,
    Similarity similarity,
    int dimension) {

  /// What becomes of a gallery.
  enum Operation {
    NEW,
    APPEND,
    REMOVE
  }

  /// Reads the section; what is wrong in it is noted there.
  public static IndexConfig of(Config config) {
    Config section = config.at("IndexProcess");
    return new IndexConfig(
        operation(section),
        section.optionalText("index_dir").map(Path::of),
        section.optionalText("data_file").map(Path::of),
        new ImageLists(
            section.optionalText("image_root").map(Path::of),
            Optional.empty(),
            section.optionalText("delimiter").filter(d -> !d.isEmpty())),
        index(section),
        similarity(section),
        section.integer("embedding_size", 0));
  }

  /// Refuses a list that is not there.
  void checkList() {
    Path named =
        list.orElseThrow(
            () -> new ConfigException("IndexProcess.data_file: missing, expected a list"));
    if (!Files.exists(named)) {
      throw new ConfigException("IndexProcess.data_file: " + Images.missing(named));
    }
  }

  /// The images of the list.
  ImageLists.Found find() {
    return reader.find(List.of(list.orElseThrow()));
  }

  /// The list, as [LabelledImages#named] says what is named on the command line.
  String named() {
    return LabelledImages.named(list.map(Path::toString).map(Sources::absolute).stream().toList());
  }

  /// Refuses a model that yields vectors of another length than the configuration says.
  void check(int length) {
    if (dimension > 0 && dimension != length) {
      throw new ConfigException(
          "IndexProcess.embedding_size: is "
              + dimension
              + ", the model yields "
              + length
              + " values: name the right model with --model, or set -o IndexProcess.embedding_size="
              + length);
    }
  }

  private static Operation operation(Config section) {
    String name = section.text("index_operation", "new");
    try {
      return Operation.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      section.problem("index_operation", "'" + name + "', expected new, append or remove");
      return Operation.NEW;
    }
  }

  private static IndexSettings index(Config section) {
    try {
      return IndexSettings.parse(section.text("index_method", "HNSW32"));
    } catch (IllegalArgumentException e) {
      section.problem("index_method", String.valueOf(e.getMessage()));
      return IndexSettings.HNSW32;
    }
  }

  private static Similarity similarity(Config section) {
    String name = section.text("dist_type", "IP");
    return switch (name.toUpperCase(Locale.ROOT)) {
      case "IP" -> Similarity.COSINE;
      case "L2" -> Similarity.L2;
      case "HAMMING" -> {
        section.problem(
            "dist_type", "galleries hold no vectors of bits (hamming); expected IP or L2");
        yield Similarity.COSINE;
      }
      default -> {
        section.problem("dist_type", "'" + name + "', expected IP or L2");
        yield Similarity.COSINE;
      }
    };
  }
}
