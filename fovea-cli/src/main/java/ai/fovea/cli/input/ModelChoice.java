package ai.fovea.cli.input;

import ai.fovea.cli.options.Bounds;
import ai.fovea.recognize.Embedder;
import ai.fovea.recognize.ModelFolder;
import ai.fovea.recognize.ModelOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/// Which model: `--model`, else the property `fovea.model`, else the variable `FOVEA_MODEL`, else the embedded one.
public final class ModelChoice {
  @Option(
      names = "--model",
      paramLabel = "FOLDER",
      description = {
        "A model folder: inference.onnx and inference.yml, or a program of PaddlePaddle with its"
            + " inference.yml.",
        "Left out: the folder in FOVEA_MODEL, else the embedded model."
      })
  private Optional<Path> folder = Optional.empty();

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "0",
      description = "Threads for one run of the network; 0 takes one per core.")
  @Bounds(from = 0, to = 256)
  private int threads;

  /// Whether `--model` names one.
  public boolean isNamed() {
    return folder.isPresent();
  }

  public ModelFolder open() throws IOException {
    return open(Optional.empty());
  }

  /// The model.
  ///
  /// @param configured the folder that a configuration names, which counts where there is no `--model`
  public ModelFolder open(Optional<Path> configured) throws IOException {
    Optional<Path> named =
        folder
            .or(() -> configured)
            .or(() -> Optional.ofNullable(System.getProperty("fovea.model")).map(Path::of))
            .or(() ->
                Optional.ofNullable(System.getenv("FOVEA_MODEL"))
                    .filter(f -> !f.isBlank())
                    .map(Path::of));
    return named.isPresent() ? ModelFolder.open(named.get()) : ModelFolder.standard();
  }

  public ModelOptions options() {
    return new ModelOptions(threads, ModelOptions.DEFAULT.fastDecoding());
  }

  public Embedder embedder() throws IOException {
    return Embedder.of(open(), options());
  }

  /// The embedder, reading damaged images or not.
  public Embedder embedder(DamagedImages damaged) throws IOException {
    return Embedder.of(open(), damaged.apply(options()));
  }
}
