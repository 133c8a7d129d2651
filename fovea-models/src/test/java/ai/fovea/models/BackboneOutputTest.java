package ai.fovea.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.graph.DType;
import ai.fovea.graph.Op.Size;
import ai.fovea.graph.Scope;
import ai.fovea.graph.Shape;
import ai.fovea.graph.Value;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What every backbone keeps to.
class BackboneOutputTest {
  static Iterable<ModelCard> cards() {
    return Models.cards();
  }

  @ParameterizedTest
  @MethodSource("cards")
  void stagesFeaturesAndLogitsFitTheImage(ModelCard card) {
    int side = card.inputSize();
    Scope scope = Scope.root();
    Backbone backbone = Models.backbone(Map.of("name", card.name(), "class_num", 7));
    Value image = scope.input("image", Shape.batch(backbone.channels(), side, side), DType.FLOAT32);
    BackboneOutput output = backbone.build(scope, image);

    assertThat(output.logits().shape()).isEqualTo(Shape.batch(7));
    assertThat(output.features().shape().rank()).isEqualTo(2);
    assertThat(output.stages()).isNotEmpty();
    assertThat(output.stages()).extracting(Stage::name).doesNotHaveDuplicates();
    Size finer = Size.of(1);
    for (Stage stage : output.stages()) {
      assertThat(stage.stride().h()).isGreaterThanOrEqualTo(finer.h());
      assertThat(stage.stride().w()).isGreaterThanOrEqualTo(finer.w());
      // A pooling without padding, which GoogLeNet has, makes a map one smaller.
      assertThat(stage.value().shape().size(2))
          .isBetween(side / stage.stride().h() - 1, Math.ceilDiv(side, stage.stride().h()));
      assertThat(stage.value().shape().size(3))
          .isBetween(side / stage.stride().w() - 1, Math.ceilDiv(side, stage.stride().w()));
      finer = stage.stride();
    }
  }
}
