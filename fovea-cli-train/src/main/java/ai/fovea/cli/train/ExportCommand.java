package ai.fovea.cli.train;

import ai.fovea.cli.Common;
import ai.fovea.cli.Outcome;
import ai.fovea.train.Exporter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `fovea export`: writes a trained network as a model folder.
@Command(
    name = "export",
    description = "Write a trained network as a model folder (inference.onnx, inference.yml).",
    footer = {
      "",
      "Example: fovea export -c recipe.yaml -o Global.pretrained_model=output/RecModel/best_model"
          + " --out model"
    })
@SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // picocli sets the fields
final class ExportCommand implements Callable<Outcome> {
  @Mixin private final Common common = new Common();
  @Mixin private final Configured configured = new Configured();

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      required = true,
      description = "The model folder to write.")
  private Path out;

  @Override
  public Outcome call() throws IOException {
    var model = Exporter.export(configured.recipe(common), out);
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
