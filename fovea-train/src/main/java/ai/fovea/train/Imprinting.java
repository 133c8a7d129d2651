package ai.fovea.train;

import ai.fovea.base.UnitVectors;
import ai.fovea.graph.NDArray;
import ai.fovea.plan.Recipe;
import ai.fovea.torch.TorchParameters;
import java.util.Arrays;
import java.util.Map;

/// The first values of a classifier taken from the images (Qi et al. 2018, "Low-shot learning with imprinted weights"): the
/// head then starts where it would otherwise have to get in the first epochs.
final class Imprinting {
  private Imprinting() {}

  /// Sets each column of the head's weight to the mean unit feature of its class.
  static void head(Recipe recipe, TrainNetworks networks, Recipe.Data data, int threads) {
    TorchParameters parameters = networks.parameters();
    String name = parameters.names().contains("head.weight") ? "head.weight" : "head.fc.weight";
    NDArray weight = parameters.get(name).toArray();
    int length = weight.shape().size(0);
    int classes = weight.shape().size(1);
    String from =
        recipe.arch().text("head_feature_from", "neck").equals("backbone")
            ? "backbone"
            : "features";
    // As evaluation prepares images: the network that sees them is the one of evaluation, at its
    // size.
    var plain = recipe.data("DataLoader.Eval.Query").preprocessing();
    var images = new Recipe.Data(data.section(), data.list(), plain, data.decoder());
    float[][] features =
        networks.withServed(network -> Evaluation.outputs(network, from, images, threads));
    Arrays.stream(features).forEach(UnitVectors::normalize);
    double[][] sums = new double[classes][length];
    long[] labels = data.labels();
    for (int i = 0; i < features.length; i++) {
      for (int d = 0; d < length; d++) {
        sums[(int) labels[i]][d] += features[i][d];
      }
    }
    float[] columns = new float[length * classes];
    for (int c = 0; c < classes; c++) {
      double norm = Math.sqrt(Arrays.stream(sums[c]).map(v -> v * v).sum());
      for (int d = 0; d < length; d++) {
        columns[d * classes + c] = (float) (sums[c][d] / Math.max(norm, 1e-12));
      }
    }
    parameters.load(Map.of(name, NDArray.of(columns, length, classes)));
  }
}
