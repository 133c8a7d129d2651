package ai.fovea.recognize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What is checked when a model is opened, and what becomes of images that it can't take.
@Tag("native")
class LoadedModelTest {
  private static final ModelOptions ONE_THREAD = new ModelOptions(1, true);

  private static ModelSpecification withOutputs(ModelSpecification s, String... outputs) {
    return new ModelSpecification(
        s.name(), Map.of(), s.preprocessing(), List.of(outputs), s.steps());
  }

  /// An output that is named and absent is no other one's name, whatever the model is for.
  @Test
  void anOutputThatIsNotThereIsRefused() throws IOException {
    for (ModelFolder folder : List.of(Tiny.embedder(1), Tiny.classifier(1))) {
      ModelSpecification s = folder.specification();
      String there = s.outputs().getFirst();
      assertThatThrownBy(() ->
              ModelSession.open(folder.withSpecification(withOutputs(s, there, "y")), ONE_THREAD))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("there is no output y; the network has " + there);
      try (var session =
          ModelSession.open(folder.withSpecification(withOutputs(s)), ONE_THREAD)) {
        assertThat(session.length()).hasValue(Tiny.LENGTH);
      }
    }
  }
}
