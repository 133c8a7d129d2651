package ai.fovea.plan;

import ai.fovea.config.Config;
import ai.fovea.graph.Graph;
import ai.fovea.graph.Normalization;
import ai.fovea.graph.Op;
import ai.fovea.models.Models;

/// The graphs of the network that a configuration describes: one that trains, one that is evaluated and exported.
public final class ModelGraphs {
  private ModelGraphs() {}

  /// The graph that is trained, at the size of training images.
  public static Graph trained(Recipe recipe, Op.Size size) {
    Graph graph = Models.build(recipe.arch(), size, true);
    return recipe.freezeNormStats()
        ? graph.map(op ->
            op instanceof Normalization.BatchNorm b
                ? new Normalization.BatchNorm(b.epsilon(), b.momentum(), true)
                : op)
        : graph;
  }

  /// The backbone alone, under its own names: what weights from elsewhere are for.
  public static Graph backbone(Recipe recipe) {
    Config own = recipe.arch().find("Backbone").orElse(recipe.arch());
    return Models.build(own, recipe.imageSize(), false);
  }

  /// The graph that is evaluated and exported.
  public static Graph serving(Recipe recipe) {
    return Models.build(recipe.arch(), recipe.imageSize(), false);
  }

  /// The output that is measured and served.
  public static String output(Recipe recipe) {
    return recipe.retrieval() ? recipe.features() : "logits";
  }
}
