package ai.fovea.exchange;

import ai.fovea.base.AtomicFile;
import ai.fovea.base.Problems;
import ai.fovea.base.WholeFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;

/// What the ids of a Faiss index stand for: `id_map.pkl` (PaddleClas), `id_map.yaml` (PaddleX), `id_map.txt` (the C++ and
/// mobile programs).
///
/// A pickle can make Python run anything; here it is read as data, and everything else in it is refused.
public final class IdMapFile {
  private static final long LARGEST = 1L << 30;

  /// One of the three forms.
  public enum Form {
    /// A Python dict of NumPy integers and texts, `path<delimiter>label`.
    PICKLE("id_map.pkl"),
    /// A mapping `id_map` of numbers and labels.
    YAML("id_map.yaml"),
    /// Lines `id label`.
    TEXT("id_map.txt");

    private final String fileName;

    Form(String fileName) {
      this.fileName = fileName;
    }

    /// The usual name of the file.
    public String fileName() {
      return fileName;
    }

    /// The form that a file's ending stands for.
    public static Optional<Form> of(Path file) {
      String name = file.toString().toLowerCase(Locale.ROOT);
      return Arrays.stream(values())
          .filter(form -> name.endsWith(form.fileName.substring("id_map".length())))
          .findFirst();
    }
  }

  private IdMapFile() {}

  /// Reads a file, whose form its ending tells; texts are stripped, as they are when they are written.
  ///
  /// @throws ExchangeException where it is not such a file, with all that is wrong
  public static SortedMap<Long, String> read(Path file) throws IOException {
    Form form = form(file);
    return parse(file.toString(), WholeFile.read(file, LARGEST), form);
  }

  private static Form form(Path file) throws IOException {
    return Form.of(file)
        .orElseThrow(() ->
            new ExchangeException(
                file.toString(), "expected a name that ends in .pkl, .yaml or .txt"));
  }

  /// As [#read], with what can be read where something is wrong; of two lines for one id the last counts, as in the programs that
  /// use such files.
  ///
  /// @throws ExchangeException where it is not such a file at all
  static SortedMap<Long, String> readUsable(Path file, Problems problems) throws IOException {
    Form form = form(file);
    return parse(file.toString(), WholeFile.read(file, LARGEST), form, problems);
  }

  /// Reads the content of a file, which errors call `name`.
  ///
  /// @throws ExchangeException where it is not of that form, with all that is wrong
  public static SortedMap<Long, String> parse(String name, byte[] content, Form form) {
    Problems problems = new Problems();
    SortedMap<Long, String> lines = parse(name, content, form, problems);
    problems.throwIfAny(ExchangeException.of(name));
    return lines;
  }

  private static SortedMap<Long, String> parse(
      String name, byte[] content, Form form, Problems problems) {
    return switch (form) {
      case PICKLE -> IdMapPickle.read(name, content, problems);
      case YAML -> IdMapYaml.read(name, content, problems);
      case TEXT -> IdMapText.read(name, content, problems);
    };
  }

  /// Writes a file so that a crash leaves the old one or the new one.
  ///
  /// @param lines for each id what the form holds: a line of a gallery, or a label
  /// @param indexType the kind of index as PaddleX names it (`Flat`, `IVF`, `HNSW32`); only in YAML
  /// @param metricType `IP` or `L2`; only in YAML
  /// @throws ExchangeException for a text that the form can't hold
  public static void write(
      Path file, Form form, SortedMap<Long, String> lines, String indexType, String metricType)
      throws IOException {
    AtomicFile.write(
        file,
        switch (form) {
          case PICKLE -> IdMapPickle.write(lines);
          case YAML -> IdMapYaml.write(lines, indexType, metricType);
          case TEXT -> IdMapText.write(file.toString(), lines);
        });
  }
}
