package ai.fovea.cli.train;

import ai.fovea.cli.Common;
import ai.fovea.cli.OnInterruption;
import ai.fovea.cli.Outcome;
import ai.fovea.cli.plan.Configured;
import ai.fovea.plan.Recipe;
import ai.fovea.train.TrainEvent;
import ai.fovea.train.TrainListener;
import ai.fovea.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `fovea train`: trains a network as a configuration says.
@Command(
    name = "train",
    description = "Trains a network as a PaddleClas configuration says.",
    footer = {
      "",
      "Example: fovea train -c recipe.yaml -o Global.epochs=10 -o Global.output_dir=./output",
      "Goes on after an interruption: -o Global.checkpoints=./output/RecModel/latest"
    })
final class TrainCommand implements Callable<Outcome> {
  @Mixin private final Common common = new Common();
  @Mixin private final Configured configured = new Configured();
  @Mixin private final ImageLook look = new ImageLook();

  @Override
  public Outcome call() throws IOException {
    Recipe recipe = configured.recipe(common, look.overrides());
    var settings = new ArrayList<String>();
    recipe.config().print(settings::add);
    settings.forEach(common::remark);
    List<String> warnings = new ArrayList<>();
    var interruption =
        new Interruption(recipe.output(), from -> configured.command("train", goOn(recipe, from)));
    try (var file = new LogFile(recipe.output().resolve("train.log"), settings, common::problem);
        var _ = new OnInterruption(common, interruption)) {
      var watching =
          new Watching(common, recipe.epochs(), recipe.printEvery(), file::line, warnings::add);
      TrainListener listener =
          event -> {
            watching.on(event);
            if (event instanceof TrainEvent.Saved saved && saved.prefix().endsWith("latest")) {
              interruption.saved(saved.prefix(), saved.epoch());
            }
          };
      Trainer.Outcome outcome;
      try (watching) {
        outcome = new Trainer(recipe, configured.threads(), listener).run();
      }
      if (common.json()) {
        var result = new LinkedHashMap<String, Object>();
        result.put("output", outcome.output().toString());
        result.put("weights", outcome.weights().map(Path::toString).orElse(null));
        result.put("metrics", outcome.metrics());
        result.put("best", Double.isFinite(outcome.best()) ? outcome.best() : null);
        result.put("warnings", warnings);
        common.print(result);
      } else {
        outcome
            .weights()
            .ifPresent(w ->
                common.remark(
                    "Next: "
                        + configured.command("export", "Global.pretrained_model=" + w)
                        + " --out model"));
      }
      return Outcome.DONE;
    }
  }

  /// The options of a training that goes on. Weights that it started from are named again where a share of them is served.
  private static String[] goOn(Recipe recipe, Path from) {
    String checkpoint = "Global.checkpoints=" + from;
    return recipe.pretrainedShare().isPresent() && recipe.pretrained().isPresent()
        ? new String[] {checkpoint, "Global.pretrained_model=" + recipe.pretrained().get()}
        : new String[] {checkpoint};
  }
}
