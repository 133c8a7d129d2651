package ai.fovea.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.graph.Elementwise;
import ai.fovea.graph.Graph;
import ai.fovea.graph.Movement;
import ai.fovea.graph.Op.Size;
import ai.fovea.graph.Scope;
import ai.fovea.graph.Shape;
import ai.fovea.graph.Value;
import ai.fovea.models.blocks.Convolution;
import ai.fovea.models.blocks.Layers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class ModelProviderTest {
  /// Found through `META-INF/services` of the tests.
  public static final class Provider implements ModelProvider {
    @Override
    public List<NamedBackbone> backbones() {
      var card = ModelCard.paddleClas("TwoConvolutions", "Tests", "0000.00000", "none.py");
      return List.of(
          new NamedBackbone(
              card.withoutWeights(),
              args -> new TwoConvolutions(args.integer("width", 8), args.classes())));
    }

    @Override
    public Map<String, Function<Arguments, Neck>> necks() {
      return Map.of("PyramidMean", args -> new PyramidMean(args.required("channels")));
    }
  }

  private record TwoConvolutions(int width, int classes) implements Backbone {
    @Override
    public BackboneOutput build(Scope scope, Value image) {
      Value fine = Convolution.of(width, 3).stride(2).apply(scope.child("conv1"), image);
      fine = Layers.activate(scope.child("conv1"), fine, Elementwise.Function.RELU);
      Value coarse = Convolution.of(2 * width, 3).stride(2).apply(scope.child("conv2"), fine);
      Value x = Layers.flatten(scope, Layers.globalMean(scope, coarse)); // [N, 2 width]
      return new BackboneOutput(
          List.of(Stage.of("conv1", fine, 2), Stage.of("conv2", coarse, 4)),
          x,
          Layers.linear(scope.child("fc"), x, classes));
    }
  }

  /// After FPN (Lin et al. 2017): each stage by a 1x1 convolution to the same number of channels; the means side by side.
  private record PyramidMean(int channels) implements Neck {
    @Override
    public Value build(Scope scope, Value x, List<Stage> stages) {
      var means = new ArrayList<Value>();
      for (Stage stage : stages) {
        Scope at = scope.child(stage.name());
        Value map = Convolution.of(channels, 1).withBias().apply(at, stage.value());
        means.add(Layers.flatten(at, Layers.globalMean(at, map))); // [N, C]
      }
      return scope.apply(new Movement.Concat(1), means, List.of());
    }
  }

  @Test
  void aBackboneOfOnesOwnIsFoundByName() {
    assertThat(Models.names()).contains("TwoConvolutions", "PPLCNet_x1_0");
    Graph graph = Models.build(Map.of("name", "TwoConvolutions", "class_num", 3), Size.of(32));
    assertThat(graph.outputs().get("logits").shape()).isEqualTo(Shape.batch(3));
    assertThatThrownBy(
            () -> Models.build(Map.of("name", "TwoConvolutions", "widht", 4), Size.of(32)))
        .hasMessageContaining("widht: is no setting of TwoConvolutions");
  }

  @Test
  void aNeckTakesSeveralStagesOfAnyBackbone() {
    for (String backbone : List.of("TwoConvolutions", "ResNet18", "HRNet_W18_C")) {
      Graph graph =
          Models.build(
              Map.of(
                  "name", "RecModel",
                  "Backbone", Map.of("name", backbone),
                  "BackboneStopLayer", Map.of("name", "flatten"),
                  "Neck", Map.of("name", "PyramidMean", "channels", 5)),
              Size.of(64));
      int stages = backbone.equals("TwoConvolutions") ? 2 : 4;
      assertThat(graph.outputs().get("features").shape()).isEqualTo(Shape.batch(5 * stages));
    }
  }
}
