package ai.fovea.cli.plan;

import ai.fovea.base.AtomicFile;
import ai.fovea.cli.CommandException;
import ai.fovea.cli.Common;
import ai.fovea.cli.Outcome;
import ai.fovea.cli.options.Written;
import ai.fovea.config.Config;
import ai.fovea.export.Exporter;
import ai.fovea.plan.Recipe;
import ai.fovea.recognize.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
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

  @Option(
      names = "--replace",
      description = "Put the new model in the place of one that is in the folder.")
  private boolean replace;

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
    if (folder.isPresent()) { // that of a configuration is filled again and again, as by PaddleClas
      refuseIfTaken(folder.get());
    }
    var model = Exporter.export(recipe, out, common::note);
    if (common.json()) {
      var result = new LinkedHashMap<String, Object>();
      result.put("folder", out.toString());
      result.put("model_id", model.id().value());
      result.put("bytes", model.network().bytes());
      common.print(result);
    } else {
      common.remark(
          "%s: %,d bytes, model id %s".formatted(out, model.network().bytes(), model.id().value()));
    }
    return Outcome.DONE;
  }

  /// Refuses a folder in which a model would be lost, or mixed with other files.
  private void refuseIfTaken(Path out) throws IOException {
    if (!Files.isDirectory(out) || ModelFolder.isBegun(out)) {
      return;
    }
    boolean model = Files.exists(out.resolve(ModelFolder.NETWORK));
    try (Stream<Path> inside = Files.list(out)) {
      if (inside.findAny().isPresent() && !(model && replace)) {
        throw new CommandException(
            out
                + (model
                    ? ": there is a model already; name another folder, or replace it with"
                        + " --replace"
                    : ": this folder is not empty; name another one"));
      }
    }
  }
}
