package ai.fovea.image.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.image.Encoded;
import ai.fovea.image.Image;
import ai.fovea.image.ImageDecoder;
import ai.fovea.image.ImageEncoder;
import ai.fovea.image.Planes;
import ai.fovea.image.Samples;
import ai.fovea.image.Workspace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("native")
class PreprocessingTest {
  private final Workspace workspace = new Workspace();

  @AfterEach
  void close() {
    workspace.close();
  }

  @Test
  void theFastWayGivesTheSameBitsAsOneByOne() throws Exception {
    byte[] jpeg = ImageEncoder.jpeg(Samples.photo(391, 277, 3), 90);
    for (var preprocessing :
        List.of(
            Preprocessing.imagenet(256, 224),
            Preprocessing.parse(
                List.of(
                    Map.of(
                        "ResizeImage", Map.of("size", List.of(200, 160), "interpolation", "area")),
                    Map.of("NormalizeImage", Map.of("order", "hwc", "scale", "1.0/255.0")),
                    "ToCHWImage"),
                Dialect.DEPLOYMENT))) {
      int[] shape = preprocessing.outputShape().orElseThrow();
      int size = shape[0] * shape[1] * shape[2];
      float[] fast = new float[size + 2];
      int written = preprocessing.prepare(jpeg, "a.jpg", ImageDecoder.STANDARD, workspace, fast, 1);
      assertThat(written).isEqualTo(size);
      var slow = (Planes) preprocessing.apply(new Encoded(jpeg, "a.jpg"), workspace);
      assertThat(slow.shape()).containsExactly(shape);
      float[] padded = new float[size + 2];
      System.arraycopy(slow.values(), 0, padded, 1, size);
      assertThat(fast).containsExactly(padded);
    }
  }

  @Test
  void aConfigurationIsReadAndWrittenBack() {
    List<Object> config = new ArrayList<>();
    config.add(Map.of("DecodeImage", Map.of("to_rgb", true, "channel_first", false)));
    config.add(
        Map.of(
            "RandCropImage",
            Map.of("size", 224, "scale", List.of(0.5, 1.0), "interpolation", "random")));
    config.add(Map.of("RandFlipImage", Map.of("flip_code", 1)));
    config.add(Map.of("ColorJitter", Map.of("brightness", 0.4, "hue", 0.1)));
    config.add(
        Map.of(
            "ResizeImage",
            Map.of("resize_short", 256, "backend", "pil", "interpolation", "bicubic")));
    config.add(Map.of("CropImage", Map.of("size", 224)));
    config.add(Map.of("Padv2", Map.of("size", List.of(240, 230), "pad_mode", 1)));
    config.add(
        Map.of(
            "NormalizeImage",
            Map.of("scale", "1.0/255.0", "mean", List.of(0.5, 0.4, 0.3), "order", "")));
    config.add(
        Map.of(
            "RandomErasing",
            Map.of("EPSILON", 0.25, "sl", 0.02, "sh", "1.0/3.0", "mode", "pixel")));
    config.add(Map.of("ToCHWImage", Map.of()));
    var read = Preprocessing.parse(config, Dialect.TRAINING);
    assertThat(read.transforms()).hasSize(10);
    assertThat(read.random()).isTrue();
    assertThat(read.withoutRandom().transforms()).hasSize(6);
    assertThat(Preprocessing.parse(read.toConfig(), Dialect.TRAINING)).isEqualTo(read);
    assertThat(read.outputShape().orElseThrow()).containsExactly(3, 230, 240);
  }

  @Test
  void allProblemsAreSaidAtOnceWithTheirPlace() {
    List<Object> config =
        List.of(
            Map.of("ResizeImage", Map.of("interpolation", "cubic", "sizes", 3)),
            Map.of("Sharpen", Map.of()),
            Map.of("NormalizeImage", Map.of("mean", List.of(0.5), "std", List.of(1, 0, 1))),
            17);
    assertThatThrownBy(() -> Preprocessing.parse(config, Dialect.TRAINING))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "transform_ops.0.ResizeImage: interpolation 'cubic' is unknown to cv2; it has [nearest,"
                + " bilinear")
        .hasMessageContaining(
            "transform_ops.0.ResizeImage: one of 'size' and 'resize_short' is needed")
        .hasMessageContaining(
            "transform_ops.0.ResizeImage.sizes: is no setting of ResizeImage; do you mean size?")
        .hasMessageContaining(
            "transform_ops.1.Sharpen: there is no transform 'Sharpen'; there are CenterCrop,")
        .hasMessageContaining(
            "transform_ops.2.NormalizeImage.mean: expected 3 numbers, found [0.5]")
        .hasMessageContaining("transform_ops.2.NormalizeImage: 'std' must not hold 0")
        .hasMessageContaining(
            "transform_ops.3: expected one name with its settings, found the number 17");
  }

  @Test
  void anUnknownBackendIsTakenForCv2AndNoted() {
    var read =
        Preprocessing.parse(
            List.of(Map.of("ResizeImage", Map.of("size", 8, "backend", "turbo"))),
            Dialect.TRAINING);
    assertThat(read.notes()).singleElement().asString().contains("backend 'turbo' is unknown");
  }

  @ParameterizedTest
  @CsvSource({
    "500, 375, 256, 341, 256",
    "375, 500, 256, 256, 341",
    "5, 2, 1, 2, 1",
    "7, 2, 1, 4, 1",
    "300, 1, 10, 3000, 10"
  })
  void theLongerSideIsRoundedHalfToEven(int w, int h, int shortSide, int outW, int outH) {
    var resize = new ResizeImage(0, 0, shortSide, Resampling.STANDARD);
    assertThat(resize.sizeFor(w, h)).containsExactly(outW, outH);
  }

  @Test
  void croppingASmallImageIsRefusedWhenDeployedAndSlicedInTraining() throws Exception {
    Image small = Samples.photo(5, 4, 1);
    var deployed = Preprocessing.of(List.of(new CropImage(9, 9, Dialect.DEPLOYMENT)));
    assertThatThrownBy(() -> deployed.apply(small, workspace))
        .hasMessageContaining("CropImage can't cut 9 x 9 out of 5 x 4 pixels: resize");
    var sliced =
        (Image)
            Preprocessing.of(List.of(new CropImage(9, 9, Dialect.TRAINING)))
                .apply(small, workspace);
    assertThat(sliced.width()).isEqualTo(2);
    assertThat(sliced.height()).isEqualTo(3);
  }

  @Test
  void operationsInTheWrongOrderSaySo() {
    var wrong = Preprocessing.of(List.of(new ToChwImage(), NormalizeImage.IMAGENET));
    assertThatThrownBy(() -> wrong.apply(Samples.photo(4, 4, 1), workspace))
        .hasMessageContaining(
            "got an array of [3, 4, 4] in CHW: check the order of the operations");
  }

  @Test
  void oneSeedGivesOneResultAndRandomOperationsStayInside() throws Exception {
    var random =
        Preprocessing.parse(
            List.of(
                Map.of("RandCropImage", Map.of("size", 32)),
                Map.of("RandFlipImage", Map.of("flip_code", -1)),
                Map.of(
                    "ColorJitter",
                    Map.of("brightness", 0.4, "contrast", 0.4, "saturation", 0.4, "hue", 0.5)),
                Map.of("RandomRotation", Map.of("degrees", 30, "prob", 1)),
                Map.of("RandCropImageV2", Map.of("size", 28)),
                Map.of("NormalizeImage", Map.of("order", "")),
                Map.of("RandomErasing", Map.of("EPSILON", 1, "mode", "rand"))),
            Dialect.TRAINING);
    for (int seed = 0; seed < 200; seed++) {
      Image image = Samples.photo(1 + seed % 60, 1 + (seed * 7) % 50, seed);
      var one = (Planes) random.apply(image, new SplittableRandom(seed), workspace);
      var two = (Planes) random.apply(image, new SplittableRandom(seed), workspace);
      assertThat(one.values()).as("seed %d", seed).containsExactly(two.values());
      assertThat(one.shape()).containsExactly(28, 28, 3);
    }
    assertThatThrownBy(() -> random.apply(Samples.photo(40, 40, 1), workspace))
        .hasMessageContaining("pass a generator");
  }

  @Test
  void reducedDecodingChangesPixelsLittle() throws Exception {
    byte[] jpeg = ImageEncoder.jpeg(Samples.photo(2400, 1800, 3), 92);
    var preprocessing = Preprocessing.imagenet(256, 224);
    float[] whole = new float[3 * 224 * 224];
    float[] reduced = new float[3 * 224 * 224];
    preprocessing.prepare(jpeg, "a.jpg", ImageDecoder.STANDARD, workspace, whole, 0);
    preprocessing.prepare(jpeg, "a.jpg", ImageDecoder.FAST, workspace, reduced, 0);
    double sum = 0;
    for (int i = 0; i < whole.length; i++) {
      sum += Math.abs(whole[i] - reduced[i]);
    }
    assertThat(sum / whole.length * 0.226 * 255).as("mean difference in bytes").isLessThan(3);
    assertThat(whole).isNotEqualTo(reduced);
  }
}
