package ai.fovea.cli.recognize;

import ai.fovea.cli.Common;
import ai.fovea.cli.Outcome;
import ai.fovea.cli.input.DamagedImages;
import ai.fovea.cli.input.ImageParameters;
import ai.fovea.cli.input.Images;
import ai.fovea.cli.input.ModelChoice;
import ai.fovea.cli.options.Bounds;
import ai.fovea.config.Config;
import ai.fovea.recognize.ModelFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `fovea predict`: what a model alone says of images.
@Command(
    name = "predict",
    description = {
      "Runs a model on images.",
      "A classifier gives the most probable classes, an embedder the feature vector."
    },
    footer = {
      "",
      "Example: fovea predict --json photos/mug.jpg",
      "         fovea predict -c inference_cls.yaml -o Global.infer_imgs=photos"
    })
public final class PredictCommand implements Callable<Outcome> {
  @Mixin private final Common common = new Common();
  @Mixin private final ModelChoice model = new ModelChoice();
  @Mixin private final Deployment deployment = new Deployment();
  @Mixin private final DamagedImages damaged = new DamagedImages();
  @Mixin private final ImageParameters images = new ImageParameters();

  @Option(
      names = "--topk",
      paramLabel = "K",
      description = "How many classes a classifier gives; left out: as the model folder says.")
  @Bounds(from = 1)
  private Optional<Integer> topk = Optional.empty();

  @Override
  public Outcome call() throws IOException {
    Optional<Config> config = deployment.config(common);
    Optional<Path> configured = Deployment.model(config);
    var all = new Gathered();
    // Not the embedded model in place of one that the configuration names otherwise.
    boolean named = config.isEmpty() || model.isNamed() || configured.isPresent();
    boolean usable = named || all.look(() -> Deployment.refuseDetector(config, false));
    PostProcessing post = config.map(PostProcessing::of).orElse(PostProcessing.NONE);
    Images found = Deployment.images(common, images.words(), config);
    all.look(() -> Deployment.refuseWrong(config));
    Optional<ModelFolder> opened =
        usable ? all.read(() -> model.open(configured)) : Optional.empty();
    Optional<ModelFolder> changed =
        opened.flatMap(m -> all.read(() -> post.apply(m, found, common)));
    if (opened.isEmpty()) {
      all.look(() -> post.check(found));
    }
    all.look(() ->
        Deployment.operations(config)
            .ifPresent(o -> Deployment.preprocessing(config.orElseThrow(), o)));
    all.check();
    Deployment.tell(config, common);
    ModelFolder folder = Deployment.prepared(changed.orElseThrow(), config);
    if (topk.isPresent() && !folder.specification().isClassifier()) {
      throw common.wrongUsage(
          "--topk: " + folder.place() + " is an embedder, which has no classes; leave --topk out");
    }
    return new Predictions(common, model.options(), damaged).run(folder, found, topk, post);
  }
}
