package ai.fovea.models;

import java.net.URI;
import java.util.Optional;

/// What is known of a network without building it.
///
/// @param name as in the `Arch` section of a configuration, e.g. `PPLCNet_x1_0`
/// @param family the network without its size, e.g. `PPLCNet`
/// @param preparation how its authors prepared images
/// @param paper where it was published; empty for none
/// @param licence of the definition that this one follows, and of the weights; empty where that is not known
/// @param source the definition that this one follows, and whose parameter names it keeps; empty for none
/// @param weights where weights of ImageNet are published, as `.pdparams`
public record ModelCard(
    String name,
    String family,
    ImagePreparation preparation,
    String paper,
    String licence,
    String source,
    Optional<URI> weights) {
  private static final String PADDLE_CLAS =
      "https://paddle-imagenet-models-name.bj.bcebos.com/dygraph/";

  /// The card of a network of PaddleClas that takes the middle 224 by 224 pixels, and whose weights are published
  /// under its name.
  ///
  /// @param paper arXiv number
  /// @param file below `ppcls/arch/backbone`
  public static ModelCard paddleClas(String name, String family, String paper, String file) {
    String folder = file.startsWith("legendary_models/") ? "legendary_models/" : "";
    return new ModelCard(
        name,
        family,
        ImagePreparation.imageNet(),
        "https://arxiv.org/abs/" + paper,
        "Apache-2.0",
        "PaddleClas ppcls/arch/backbone/" + file,
        Optional.of(URI.create(PADDLE_CLAS + folder + name + "_pretrained.pdparams")));
  }

  /// The card of a network of a user's own: prepared as for ImageNet, without a paper, a licence, or published weights.
  public static ModelCard own(String name) {
    return new ModelCard(name, name, ImagePreparation.imageNet(), "", "", "", Optional.empty());
  }

  /// With another preparation.
  public ModelCard prepared(ImagePreparation preparation) {
    return new ModelCard(name, family, preparation, paper, licence, source, weights);
  }

  /// With the weights of a distillation (SSLD), which for some networks are all that is published.
  public ModelCard distilled() {
    var files =
        weights.map(w -> URI.create(w.toString().replace("_pretrained.", "_ssld_pretrained.")));
    return new ModelCard(name, family, preparation, paper, licence, source, files);
  }

  /// Without published weights.
  public ModelCard withoutWeights() {
    return new ModelCard(name, family, preparation, paper, licence, source, Optional.empty());
  }

  /// Height and width in pixels that it was designed for.
  public int inputSize() {
    return preparation.size();
  }
}
