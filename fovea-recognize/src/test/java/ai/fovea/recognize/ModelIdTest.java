package ai.fovea.recognize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.base.ModelException;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.Similarity;
import ai.fovea.image.ImageSource;
import ai.fovea.image.transform.Preprocessing;
import ai.fovea.onnx.OnnxDigest;
import ai.fovea.recognize.post.PostStep;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("native")
class ModelIdTest {
  /// The id that galleries of the first versions hold for the embedded model.
  private static final String FIRST =
      "ce0d194a1db135c2f32aa7fc991f758d4c755f1f767da12da6112d32327bef06";

  /// What stands in the file of digests is what the model itself gives.
  @Test
  void digestsOfTheEmbeddedModelAreThoseOfItsFiles() throws IOException {
    ModelFolder known = ModelFolder.standard();
    ModelFolder computed = ModelFolder.of(known.place(), known.specification(), known.network());
    assertThat(known.id().value())
        .as("line 1 of digests.txt is to be " + OnnxDigest.of(known.network()))
        .isEqualTo(computed.id().value());
    assertThat(known.id().earlier()).isEqualTo(computed.id().earlier()).containsExactly(FIRST);
    // With another preparation the early id is another as well.
    ModelSpecification other =
        known.specification().withPreprocessing(Preprocessing.imagenet(256, 224));
    assertThat(known.withSpecification(other).id().earlier())
        .isEqualTo(computed.withSpecification(other).id().earlier())
        .doesNotContain(FIRST);
    assertThat(known.withSpecification(other).id().value())
        .isEqualTo(computed.withSpecification(other).id().value())
        .isNotEqualTo(known.id().value());
  }

  @Test
  void whateverChangesNumbersChangesTheId() {
    ModelFolder tiny = Tiny.embedder(1);
    ModelSpecification s = tiny.specification();
    Set<String> ids = new HashSet<>();
    ids.add(tiny.id().value());
    ids.add(tiny.id(ModelOptions.DEFAULT.withFastDecoding(false)).value());
    ids.add(Tiny.embedder(2).id().value());
    ids.add(tiny.withSpecification(s.withSteps(List.of())).id().value());
    ids.add(tiny.withSpecification(s.withPreprocessing(Preprocessing.imagenet(9, 8))).id().value());
    PostStep.Whitening white = new PostStep.Whitening(new float[] {1}, new float[] {2});
    ids.add(tiny.withSpecification(s.withSteps(List.of(white))).id().value());
    ids.add(
        tiny.withSpecification(
                new ModelSpecification(
                    s.name(), Map.of(), s.preprocessing(), List.of("other"), s.steps()))
            .id()
            .value());
    assertThat(ids).hasSize(7).allMatch(id -> id.matches("[0-9a-f]{64}"));
  }

  /// Names of classes, how many are told, the model's name, threads and damaged images are no part of it.
  @Test
  void whatOnlyChangesWhatIsShownDoesNot() {
    ModelFolder classes = Tiny.classifier(1);
    String id = classes.id().value();
    ModelSpecification s = classes.specification();
    assertThat(classes.withSpecification(s.withTopK(1)).id().value()).isEqualTo(id);
    assertThat(classes.withSpecification(s.withLabels(List.of("a"))).id().value()).isEqualTo(id);
    assertThat(classes.id(new ModelOptions(3, true).withAcceptDamaged(true)).value()).isEqualTo(id);
    assertThat(Tiny.classifier(1).id().value()).isEqualTo(id);
  }

  /// The first versions' ids leave out what their descriptions could not say: a model that says more has none of them.
  @Test
  void whatEarlierVersionsCouldNotDescribeHasNoEarlierId() {
    ModelFolder tiny = Tiny.embedder(1);
    ModelSpecification s = tiny.specification();
    PostStep white = new PostStep.Whitening(new float[] {1}, new float[] {2});
    PostStep normalize = new PostStep.Normalize();
    for (List<PostStep> steps :
        List.<List<PostStep>>of(
            List.of(white),
            List.of(white, normalize),
            List.of(normalize, white),
            List.of(normalize, normalize),
            List.of(new PostStep.Softmax()),
            List.of(new PostStep.TopK(2, List.of())),
            List.of(new PostStep.Sigmoid(), new PostStep.TopK(2, List.of())),
            List.of(new PostStep.Softmax(), new PostStep.Threshold(0.5, List.of())))) {
      assertThat(tiny.withSpecification(s.withSteps(steps)).id().earlier())
          .as(steps.toString())
          .isEmpty();
    }
    for (ModelSpecification other :
        List.of(
            new ModelSpecification(
                s.name(), Map.of(), s.preprocessing(), List.of("features", "y"), s.steps()),
            new ModelSpecification(
                s.name(),
                Map.of("x", InputRole.IMAGE),
                s.preprocessing(),
                s.outputs(),
                s.steps()))) {
      assertThat(tiny.withSpecification(other).id().earlier()).isEmpty();
    }
    List<String> id = tiny.id().earlier();
    assertThat(id).hasSize(1);
    assertThat(tiny.id(ModelOptions.DEFAULT.withFastDecoding(false)).earlier()).isEqualTo(id);
    assertThat(tiny.withSpecification(s.withSteps(List.of())).id().earlier())
        .hasSize(1)
        .isNotEqualTo(id);
    assertThat(Tiny.classifier(1).id().earlier()).hasSize(1);
  }

  @Test
  void galleriesOfEarlierVersionsAreOpened() throws IOException {
    ModelFolder folder = Tiny.embedder(1);
    ImageSource image = ImageSource.of(Tiny.image(9, 9, 1), "noise");
    try (Embedder embedder = Embedder.of(folder, ModelOptions.DEFAULT)) {
      String earlier = embedder.id().earlier().getFirst();
      assertThat(embedder.id().match(earlier)).isEqualTo(ModelId.Match.SAME_BY_EARLIER_ID);
      assertThat(embedder.id().match(embedder.modelId())).isEqualTo(ModelId.Match.SAME);
      assertThat(embedder.id().match("another")).isEqualTo(ModelId.Match.DIFFERENT);
      for (String id : List.of(earlier, embedder.modelId())) {
        try (LocalGallery gallery =
            LocalGallery.inMemory(
                new GallerySettings(id, embedder.dimension(), Similarity.COSINE))) {
          gallery.add(NewEntry.of("noise", embedder.embed(image)));
          Recognition seen = new Recognizer(embedder, gallery).recognize(image);
          assertThat(seen.candidates().getFirst().label()).isEqualTo("noise");
        }
      }
      try (LocalGallery gallery =
          LocalGallery.inMemory(
              new GallerySettings("another", embedder.dimension(), Similarity.COSINE))) {
        assertThatThrownBy(() -> new Recognizer(embedder, gallery))
            .isInstanceOf(ModelException.class)
            .hasMessageContaining("made with another model (another) than tiny (");
      }
    }
  }
}
