package ai.fovea.models;

/// What is known of a network without building it.
///
/// @param name as in the `Arch` section of a configuration, e.g. `PPLCNet_x1_0`
/// @param family the network without its size, e.g. `PPLCNet`
/// @param inputSize height and width in pixels that it was designed for
/// @param paper where it was published
/// @param licence of the definition that this one follows
/// @param source the definition that this one follows, and whose parameter names it keeps
public record ModelCard(
    String name, String family, int inputSize, String paper, String licence, String source) {

  /// The card of a network of PaddleClas, for pictures of 224 by 224.
  ///
  /// @param paper arXiv number
  /// @param file below `ppcls/arch/backbone`
  public static ModelCard paddleClas(String name, String family, String paper, String file) {
    return paddleClas(name, family, 224, paper, file);
  }

  /// The card of a network of PaddleClas.
  ///
  /// @param paper arXiv number
  /// @param file below `ppcls/arch/backbone`
  public static ModelCard paddleClas(
      String name, String family, int inputSize, String paper, String file) {
    return new ModelCard(
        name,
        family,
        inputSize,
        "https://arxiv.org/abs/" + paper,
        "Apache-2.0",
        "PaddleClas ppcls/arch/backbone/" + file);
  }
}
