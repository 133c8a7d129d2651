package ai.fovea.image.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.fovea.image.Box;
import ai.fovea.image.Encoded;
import ai.fovea.image.Image;
import ai.fovea.image.ImageDecoder;
import ai.fovea.image.ImageEncoder;
import ai.fovea.image.Pixels;
import ai.fovea.image.Workspace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What the geometry says of where pixels went, against where a bright rectangle is found.
@Tag("native")
class GeometryTest {
  private static final int WIDTH = 120;
  private static final int HEIGHT = 80;

  /// Black with a white rectangle.
  private static Image image(Box bright) {
    byte[] rgb = new byte[3 * WIDTH * HEIGHT];
    for (int y = (int) bright.top(); y < bright.bottom(); y++) {
      for (int x = (int) bright.left(); x < bright.right(); x++) {
        for (int c = 0; c < 3; c++) {
          rgb[3 * (y * WIDTH + x) + c] = (byte) 255;
        }
      }
    }
    return Image.wrap(WIDTH, HEIGHT, rgb);
  }

  static List<List<Map<String, Object>>> preparations() {
    List<List<Map<String, Object>>> all = new ArrayList<>();
    all.add(List.of(op("ResizeImage", Map.of("size", List.of(60, 90)))));
    all.add(
        List.of(
            op("ResizeImage", Map.of("resize_short", 64)), op("CropImage", Map.of("size", 60))));
    all.add(
        List.of(
            op("ResizeImage", Map.of("resize_short", 100)), op("CenterCrop", Map.of("size", 90))));
    all.add(List.of(op("CropImageAtRatio", Map.of("size", 64, "pad", 8))));
    all.add(
        List.of(op("Padv2", Map.of("size", List.of(160, 100), "pad_mode", 1, "fill_value", 0))));
    all.add(
        List.of(
            op("Padv2", Map.of("size", List.of(160, 100), "pad_mode", 0, "fill_value", 0)),
            op("ToCHWImage", Map.of())));
    all.add(
        List.of(
            op("DetResize", Map.of("target_size", List.of(96, 150), "keep_ratio", true)),
            op("DetNormalizeImage", Map.of()),
            op("ToCHWImage", Map.of()),
            op("DetPadStride", Map.of("stride", 32))));
    all.add(
        List.of(
            op("DetResize", Map.of("target_size", List.of(96, 64), "keep_ratio", false)),
            op("ToCHWImage", Map.of())));
    return all;
  }

  private static Map<String, Object> op(String name, Map<String, Object> settings) {
    return Map.of(name, settings);
  }

  /// The rectangle is found where the geometry says it is, and comes back.
  @ParameterizedTest
  @MethodSource("preparations")
  void aRectangleIsWhereTheGeometrySays(List<Map<String, Object>> operations) {
    Box bright = new Box(48, 28, 76, 52);
    var preparation = Preprocessing.parse(operations, Dialect.DEPLOYMENT);
    try (var workspace = new Workspace()) {
      PreparedImage prepared = preparation.prepare(image(bright), ImageDecoder.STANDARD, workspace);
      Geometry geometry = prepared.geometry();
      int[] shape = prepared.tensor().shape();
      assertThat(new int[] {geometry.height(), geometry.width()})
          .containsExactly(shape[1], shape[2]);
      assertThat(geometry.imageWidth()).isEqualTo(WIDTH);
      assertThat(geometry.imageHeight()).isEqualTo(HEIGHT);
      assertNear(found(prepared), geometry.toInput(bright), 1);
      assertNear(geometry.toImage(geometry.toInput(bright)), bright, 1e-3f);
    }
  }

  /// The rectangle of what is brighter than the middle, in the first channel.
  private static Box found(PreparedImage prepared) {
    int[] shape = prepared.tensor().shape();
    float[] values = prepared.tensor().values();
    float least = Float.POSITIVE_INFINITY;
    float most = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < shape[1] * shape[2]; i++) {
      least = Math.min(least, values[i]);
      most = Math.max(most, values[i]);
    }
    int x0 = shape[2];
    int y0 = shape[1];
    int x1 = 0;
    int y1 = 0;
    for (int i = 0; i < shape[1] * shape[2]; i++) {
      if (values[i] > (least + most) / 2) {
        x0 = Math.min(x0, i % shape[2]);
        x1 = Math.max(x1, i % shape[2] + 1);
        y0 = Math.min(y0, i / shape[2]);
        y1 = Math.max(y1, i / shape[2] + 1);
      }
    }
    return new Box(x0, y0, x1, y1);
  }

  private static void assertNear(Box found, Box expected, float pixels) {
    assertThat(new float[] {found.left(), found.top(), found.right(), found.bottom()})
        .containsExactly(
            new float[] {expected.left(), expected.top(), expected.right(), expected.bottom()},
            Offset.offset(pixels));
  }

  /// What detectors are given: the size as resized, before padding, and the factors, not quotients of rounded sizes.
  @Test
  void detectorsAreToldSizeAndFactors() {
    var preparation =
        Preprocessing.parse(
            List.of(
                op("DetResize", Map.of("target_size", List.of(64, 64), "keep_ratio", true)),
                op("ToCHWImage", Map.of()),
                op("DetPadStride", Map.of("stride", 32))),
            Dialect.DEPLOYMENT);
    try (var workspace = new Workspace()) {
      Geometry geometry =
          preparation
              .prepare(image(new Box(0, 0, 9, 9)), ImageDecoder.STANDARD, workspace)
              .geometry();
      assertThat(geometry.imageShape()).containsExactly(43, 64);
      assertThat(geometry.scaleFactor()).containsExactly(64 / 120f, 64 / 120f);
      assertThat(geometry.width()).isEqualTo(64);
      assertThat(geometry.height()).isEqualTo(64);
    }
  }

  /// The image of a file that is decoded at a reduced scale is as large as the file says.
  @Test
  void reducedDecodingBelongsToTheScale() throws Exception {
    Image large = Image.wrap(1600, 1000, new byte[3 * 1600 * 1000]);
    java.nio.file.Path file = java.nio.file.Files.createTempFile("fovea", ".jpg");
    try {
      ImageEncoder.write(large, file);
      Pixels encoded = new Encoded(java.nio.file.Files.readAllBytes(file), "large.jpg");
      var preparation =
          Preprocessing.parse(
              List.of(op("ResizeImage", Map.of("size", List.of(100, 50)))), Dialect.DEPLOYMENT);
      try (var workspace = new Workspace()) {
        for (ImageDecoder decoder : List.of(ImageDecoder.STANDARD, ImageDecoder.FAST)) {
          Geometry geometry = preparation.prepare(encoded, decoder, workspace).geometry();
          assertThat(geometry.imageWidth()).isEqualTo(1600);
          assertThat(geometry.imageHeight()).isEqualTo(1000);
          assertNear(geometry.toInput(new Box(0, 0, 1600, 1000)), new Box(0, 0, 100, 50), 1e-3f);
        }
      }
    } finally {
      java.nio.file.Files.delete(file);
    }
  }

  @Test
  void operationsOfChanceHaveNoGeometry() {
    var preparation =
        Preprocessing.parse(List.of(op("RandFlipImage", Map.of("flip_code", 1))), Dialect.TRAINING);
    try (var workspace = new Workspace()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() ->
              preparation.prepare(image(new Box(0, 0, 9, 9)), ImageDecoder.STANDARD, workspace))
          .withMessageContaining("RandFlipImage draws random numbers");
    }
  }

  @Test
  void boxesAreCutToWholePixels() {
    assertThat(new Box(-3.7f, 2.9f, 10.9f, 99).region(10, 20)).hasValue(new Region(0, 2, 10, 18));
    assertThat(new Box(12, 0, 20, 5).region(10, 20)).isEmpty();
    assertThat(new Box(0, 0, 2, 2).intersectionOverUnion(new Box(1, 0, 3, 2), 0))
        .isCloseTo(1 / 3.0, Offset.offset(1e-9));
    assertThat(new Box(0, 0, 2, 2).intersectionOverUnion(new Box(5, 5, 6, 6), 0)).isZero();
    assertThatIllegalArgumentException().isThrownBy(() -> new Box(0, 0, Float.NaN, 1));
  }
}
