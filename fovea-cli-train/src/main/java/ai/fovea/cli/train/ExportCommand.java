package ai.fovea.cli.train;

import ai.fovea.cli.Common;
import ai.fovea.cli.Outcome;
import ai.fovea.cli.Written;
import ai.fovea.config.Config;
import ai.fovea.train.Exporter;
import ai.fovea.train.Recipe;
import ai.fovea.weights.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `fovea export`: writes a trained network as a model folder.
@Command(
    name = "export",
    description = "Writes a trained network as a model folder (inference.onnx, inference.yml).",
    footer = {
      "",
      "Example: fovea export -c recipe.yaml -o Global.pretrained_model=output/RecModel/best_model"
          + " --out model"
    })
@SuppressWarnings("UnusedVariable") // picocli sets the fields
final class ExportCommand implements Callable<Outcome> {
  @Mixin private final Common common = new Common();
  @Mixin private final Configured configured = new Configured();

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "The model folder to write. Default: Global.save_inference_dir.")
  @Written(folder = true)
  private Optional<Path> folder = Optional.empty();

  /// The folder that a configuration names; noted as a problem where it can't be written.
  private static Optional<Path> configured(Config config) {
    Optional<Path> named =
        config.value("Global.save_inference_dir").map(v -> Path.of(v.toString()));
    named
        .flatMap(AtomicFile::obstacle)
        .ifPresent(reason ->
            config.problem("Global.save_inference_dir", named.orElseThrow() + ": " + reason));
    return named;
  }

  @Override
  public Outcome call() throws IOException {
    Recipe recipe = configured.recipe(common);
    Path out =
        folder
            .or(() -> configured(recipe.config()))
            .orElseThrow(() ->
                common.wrongUsage(
                    "where to? Name a folder with --out, or Global.save_inference_dir"));
    var model = Exporter.export(recipe, out, common::remark);
    if (common.json()) {
      var result = new LinkedHashMap<String, Object>();
      result.put("folder", out.toString());
      result.put("model_id", model.modelId());
      result.put("bytes", model.network().array().length);
      common.print(result);
    } else {
      common.remark(
          "%s: %,d bytes, model id %s"
              .formatted(out, model.network().array().length, model.modelId()));
    }
    return Outcome.DONE;
  }
}
