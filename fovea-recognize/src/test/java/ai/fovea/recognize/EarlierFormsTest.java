package ai.fovea.recognize;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.image.Image;
import ai.fovea.image.ImageSource;
import ai.fovea.recognize.post.ScoredClass;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Model folders as earlier versions wrote them, with the answers that those versions gave. They must open for ever.
///
/// Form 1 has no `Global.network`, form 2 names length and checksum of the network, and form 3 is a network with its weights in a file beside it. The numbers
/// were printed by the version that wrote the folders.
@Tag("native")
class EarlierFormsTest {
  private static final Pattern ID = Pattern.compile("model_id: ([0-9a-f]{64})");

  private static Path folder(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(EarlierFormsTest.class.getResource("folders/" + name)).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ImageSource image() {
    byte[] rgb = new byte[12 * 10 * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (i * 31 + i / 7);
    }
    return ImageSource.of(Image.of(12, 10, rgb), "stripes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"embedder-1", "embedder-2", "embedder-3-large"})
  void embeddersGiveTheSameFeatures(String name) throws IOException {
    ModelFolder opened = ModelFolder.open(folder(name));
    assertThat(opened.specification().name()).isEqualTo("tiny-embedder");
    try (Embedder embedder = Embedder.of(opened, ModelOptions.DEFAULT)) {
      assertThat(embedder.embed(image()))
          .containsExactly(
              new float[] {0.5156071f, 0.31711718f, -0.030719083f, -0.7953882f},
              Offset.offset(1e-6f));
    }
    // The id that it had then is known.
    Matcher id = ID.matcher(Files.readString(folder(name).resolve("inference.yml")));
    assertThat(id.find()).isTrue();
    assertThat(opened.id().match(id.group(1))).isEqualTo(ModelId.Match.SAME_BY_EARLIER_ID);
  }

  @ParameterizedTest
  @ValueSource(strings = {"classifier-1", "classifier-2"})
  void classifiersGiveTheSameClasses(String name) throws IOException {
    try (Classifier classifier = Classifier.open(folder(name))) {
      assertThat(classifier.classify(image()))
          .satisfiesExactly(
              c -> isClass(c, 0, "zero", 0.60475206f), c -> isClass(c, 1, "one", 0.3007899f));
      Matcher id = ID.matcher(Files.readString(folder(name).resolve("inference.yml")));
      assertThat(id.find()).isTrue();
      assertThat(classifier.session().id().match(id.group(1)))
          .isEqualTo(ModelId.Match.SAME_BY_EARLIER_ID);
    }
  }

  private static void isClass(ScoredClass c, int id, String label, float score) {
    assertThat(c.id()).isEqualTo(id);
    assertThat(c.label()).isEqualTo(label);
    assertThat(c.score()).isCloseTo(score, Offset.offset(1e-6f));
  }

  /// One network had two ids then, one for each way to store its weights. It has one now.
  @Test
  void oneNetworkHasOneIdHoweverItIsStored() throws IOException {
    String id = ModelFolder.open(folder("embedder-1")).id().value();
    assertThat(ModelFolder.open(folder("embedder-2")).id().value()).isEqualTo(id);
    assertThat(ModelFolder.open(folder("embedder-3-large")).id().value()).isEqualTo(id);
  }
}
