package ai.fovea.recognize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.base.ModelException;
import ai.fovea.graph.Dim;
import ai.fovea.image.ImageEncoder;
import ai.fovea.image.ImageSource;
import ai.fovea.image.transform.Dialect;
import ai.fovea.image.transform.Preprocessing;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
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
      try (var session = ModelSession.open(folder.withSpecification(withOutputs(s)), ONE_THREAD)) {
        assertThat(session.length()).hasValue(Tiny.LENGTH);
      }
    }
  }

  private static ModelFolder ofBatch(int images) {
    return ModelFolder.of(
        "batch of " + images,
        Tiny.embedder(1).specification(),
        Tiny.network("features", 1, Dim.of(images)));
  }

  /// A network that was exported for one image a run gives the same as one that takes many.
  @Test
  void aNetworkOfOneImageIsRunImageByImage() throws IOException {
    List<ImageSource> images = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      images.add(ImageSource.of(Tiny.image(9, 9, i), "noise " + i));
    }
    try (Embedder many = Embedder.of(Tiny.embedder(1), ONE_THREAD);
        Embedder one = Embedder.of(ofBatch(1), ONE_THREAD)) {
      List<Result<float[]>> expected = many.embedAll(images);
      List<Result<float[]>> all = one.embedAll(images);
      for (int i = 0; i < images.size(); i++) {
        assertThat(all.get(i).orThrow())
            .containsExactly(expected.get(i).orThrow(), Offset.offset(1e-6f));
      }
      assertThat(one.dimension()).isEqualTo(Tiny.LENGTH);
    }
    assertThatThrownBy(() -> ModelSession.open(ofBatch(3), ONE_THREAD))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("batch of 3: the network wants exactly 3 images a run");
  }

  /// Whatever fails while one image is prepared is that image's problem.
  @Test
  void anImageThatCannotBePreparedLeavesTheOthersAlone() throws IOException {
    ModelSpecification s = Tiny.embedder(1).specification();
    List<Object> operations = new ArrayList<>(Tiny.preprocessing().toConfig());
    operations.set(0, Map.of("ResizeImage", Map.of("resize_short", 64)));
    operations.add(1, Map.of("CropImage", Map.of("size", Tiny.SIDE)));
    ModelFolder folder =
        Tiny.embedder(1)
            .withSpecification(
                s.withPreprocessing(Preprocessing.parse(operations, Dialect.DEPLOYMENT)));
    var failing =
        new InputStream() {
          @Override
          public int read() {
            throw new IllegalStateException("the stream's own failure");
          }
        };
    try (Embedder embedder = Embedder.of(folder, ONE_THREAD)) {
      List<Result<float[]>> all =
          embedder.embedAll(
              List.of(
                  ImageSource.of(Tiny.image(1, 65_500, 1), "narrow"),
                  ImageSource.of(ImageEncoder.png(Tiny.image(65_500, 1, 1)), "wide"),
                  ImageSource.of(failing, "failing"),
                  ImageSource.of(Tiny.image(70, 90, 1), "good")));
      assertThat(all.get(0).problem().orElseThrow())
          .startsWith("narrow: ")
          .contains("1 x 65500 one of 64 x 4192000, more than the limit of");
      assertThat(all.get(1).problem().orElseThrow())
          .startsWith("wide: ")
          .contains("65500 x 1 one of 4192000 x 64, more than the limit of");
      assertThat(all.get(2).problem().orElseThrow())
          .startsWith("failing: ")
          .contains("the stream's own failure");
      assertThat(all.get(3).orThrow()).hasSize(Tiny.LENGTH);
    }
  }
}
