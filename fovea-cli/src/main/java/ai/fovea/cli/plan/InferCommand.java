package ai.fovea.cli.plan;

import ai.fovea.cli.Common;
import ai.fovea.cli.Outcome;
import ai.fovea.cli.input.Inputs;
import ai.fovea.cli.recognize.Predictions;
import ai.fovea.config.Config;
import ai.fovea.export.Exporter;
import ai.fovea.plan.Recipe;
import ai.fovea.recognize.ModelFolder;
import ai.fovea.recognize.ModelOptions;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `fovea infer`: what trained weights say of images, without an export before.
@Command(
    name = "infer",
    description = {
      "Runs the network of a training configuration on images, without an export before.",
      "A classifier gives the most probable classes, an embedder the feature vector."
    },
    footer = {
      "",
      "Example: fovea infer -c recipe.yaml -o Global.pretrained_model=output/RecModel/best_model"
          + " query.jpg"
    })
@SuppressWarnings("UnusedVariable") // picocli sets the fields
final class InferCommand implements Callable<Outcome> {
  @Mixin private final Common common = new Common();
  @Mixin private final Configured configured = new Configured();

  @Parameters(
      arity = "0..*",
      paramLabel = "IMAGE",
      description =
          "Images, folders of them, lists of them, patterns such as 'photos/**/*.jpg', or - for"
              + " standard input. Default: Infer.infer_imgs.")
  private List<String> paths = List.of();

  @Override
  public Outcome call() throws IOException {
    Recipe recipe = configured.recipe(common);
    List<String> images = paths.isEmpty() ? configuredImages(recipe) : paths;
    Optional<Integer> classes =
        recipe.retrieval()
            ? Optional.empty()
            : recipe.config().find("Infer.PostProcess").flatMap(InferCommand::topk);
    ModelFolder model = Exporter.inMemory(recipe, common::remark);
    return new Predictions(common, new ModelOptions(configured.threads(), false))
        .runOn(model, images, classes);
  }

  /// How many classes are asked for; what is wrong is noted in the section.
  private static Optional<Integer> topk(Config post) {
    String name = post.text("name", "Topk");
    if (!name.equals("Topk")) {
      post.problem(
          "name",
          name
              + " is not supported, and the result would be another without; for the most probable"
              + " classes instead: -o Infer.PostProcess.name=Topk");
    }
    int topk = post.integer("topk", 1);
    if (topk < 1) {
      post.problem("topk", "is " + topk + ", must be 1 or more");
    }
    return post.has("topk") ? Optional.of(topk) : Optional.empty();
  }

  private List<String> configuredImages(Recipe recipe) {
    Object named =
        recipe
            .config()
            .value("Infer.infer_imgs")
            .orElseThrow(() ->
                common.wrongUsage(
                    "no images: name them, or a configuration with Infer.infer_imgs"));
    return Inputs.configured("Infer.infer_imgs", named);
  }
}
