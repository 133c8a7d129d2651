package ai.fovea.examples;

import ai.fovea.graph.Elementwise;
import ai.fovea.graph.Graph;
import ai.fovea.graph.Init;
import ai.fovea.graph.Movement;
import ai.fovea.graph.Op.Size;
import ai.fovea.graph.Scope;
import ai.fovea.graph.Value;
import ai.fovea.image.transform.Preprocessing;
import ai.fovea.models.Arguments;
import ai.fovea.models.Backbone;
import ai.fovea.models.BackboneOutput;
import ai.fovea.models.ModelProvider;
import ai.fovea.models.Models;
import ai.fovea.models.NamedBackbone;
import ai.fovea.models.Neck;
import ai.fovea.models.Stage;
import ai.fovea.models.blocks.Convolution;
import ai.fovea.models.blocks.Layers;
import ai.fovea.onnx.OnnxWriter;
import ai.fovea.recognize.Embedder;
import ai.fovea.recognize.ModelFolder;
import ai.fovea.recognize.ModelSpecification;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;

/// A backbone and a neck of one's own, which configurations name like any others. The provider's
/// class stands in `META-INF/services/ai.fovea.models.ModelProvider`.
public final class OwnBackboneAndNeck {
  private OwnBackboneAndNeck() {}

  /// Three convolutions, each of which halves the resolution.
  record SmallNet(int width, int classes) implements Backbone {
    @Override
    public BackboneOutput build(Scope scope, Value image) {
      var stages = new ArrayList<Stage>();
      Value x = image; // [N, 3, H, W]
      for (int i = 0; i < 3; i++) {
        Scope at = scope.child("stages").child(i);
        x = Convolution.of(width << i, 3).stride(2).apply(at.child("conv"), x);
        x = Layers.batchNorm(at.child("bn"), x);
        x = Layers.activate(at, x, Elementwise.Function.RELU); // [N, width 2^i, H/2^(i+1), …]
        stages.add(Stage.of("stages[" + i + "]", x, 2 << i));
      }
      x = Layers.flatten(scope, Layers.globalMean(scope, x)); // [N, 4 width]
      return new BackboneOutput(stages, x, Layers.linear(scope.child("fc"), x, classes));
    }
  }

  /// A pyramid of features (Lin et al. 2017): the maps of all stages with as many channels each,
  /// the coarser ones added to the finer ones; the features are the means of all maps, side by
  /// side.
  record Pyramid(int channels) implements Neck {
    @Override
    public Value build(Scope scope, Value x, List<Stage> stages) {
      var means = new ArrayList<Value>();
      Value above = null;
      for (Stage stage : stages.reversed()) { // from the coarsest
        Scope at = scope.child(stage.name());
        Value map =
            Convolution.of(channels, 1).withBias().apply(at.child("lateral"), stage.value());
        if (above != null) {
          var twice = new Movement.Enlarge(Movement.Interpolation.NEAREST, Size.of(2));
          map = Layers.add(at, map, scope.apply(twice, above)); // [N, C, H, W]
        }
        above = map;
        Value smooth = Convolution.of(channels, 3).withBias().apply(at.child("smooth"), map);
        means.add(Layers.flatten(at, Layers.globalMean(at, smooth))); // [N, C]
      }
      return scope.apply(new Movement.Concat(1), means, List.of()); // [N, C stages]
    }
  }

  /// Makes both of their arguments; one that they do not ask for is the user's mistake, and told.
  public static final class Parts implements ModelProvider {
    @Override
    public List<NamedBackbone> backbones() {
      return List.of(
          NamedBackbone.of(
              "SmallNet", args -> new SmallNet(args.integer("width", 8), args.classes())));
    }

    @Override
    public Map<String, Function<Arguments, Neck>> necks() {
      return Map.of("Pyramid", args -> new Pyramid(args.required("channels")));
    }
  }

  /// Prints the features of an image, by weights of chance.
  public static void main(String[] args) throws IOException {
    float[] features = embed(export(Samples.folder()));
    System.out.println(features.length + " values, the first is " + features[0]);
  }

  /// The network that a configuration with this section `Arch` would train.
  static Graph network() {
    return Models.build(
        Map.of(
            "name", "RecModel",
            "Backbone", Map.of("name", "SmallNet", "width", 4),
            "BackboneStopLayer", Map.of("name", "flatten"),
            "Neck", Map.of("name", "Pyramid", "channels", 16)),
        Size.of(64));
  }

  static Path export(Path folder) throws IOException {
    Graph graph = network().only("features");
    var weights = Init.values(graph, new SplittableRandom(1));
    ModelFolder.of(
            "small",
            ModelSpecification.embedder("small", Preprocessing.imagenet(72, 64)),
            OnnxWriter.write(graph, weights))
        .write(folder);
    return folder;
  }

  static float[] embed(Path model) throws IOException {
    try (var embedder = Embedder.open(model)) {
      return embedder.embed(Samples.photo("coffee-1"));
    }
  }
}
