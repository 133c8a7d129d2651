package ai.fovea.image.transform;

import ai.fovea.config.Config;
import ai.fovea.config.ConfigException;
import ai.fovea.image.Encoded;
import ai.fovea.image.Image;
import ai.fovea.image.ImageDecoder;
import ai.fovea.image.ImageException;
import ai.fovea.image.Pixels;
import ai.fovea.image.Workspace;
import ai.fovea.image.internal.PixelLoops;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/// A list of operations that turns images into a model's input. Immutable and thread-safe: memory to
/// work in and randomness are the caller's.
///
/// ```java
/// var preprocessing = Preprocessing.imagenet(256, 224);
/// try (var workspace = new Workspace()) {
///   float[] batch = new float[8 * 3 * 224 * 224]; // [8,3,224,224]
///   preprocessing.prepare(file, "cup.jpg", ImageDecoder.FAST, workspace, batch, 0);
/// }
/// ```
public final class Preprocessing {
  private static final String OPERATIONS = "transform_ops";

  private final List<Transform> transforms;
  private final List<String> notes;
  private final Optional<FastPath> fast;

  private Preprocessing(List<Transform> transforms, List<String> notes) {
    this.transforms = List.copyOf(transforms);
    this.notes = List.copyOf(notes);
    this.fast = FastPath.of(this.transforms);
  }

  /// The given operations in this order.
  public static Preprocessing of(List<Transform> transforms) {
    return new Preprocessing(transforms, List.of());
  }

  /// The usual preparation of classifiers: short side, crop of the middle, ImageNet's mean and deviation.
  public static Preprocessing imagenet(int shortSide, int crop) {
    return of(
        List.of(
            DecodeImage.STANDARD,
            new ResizeImage(0, 0, shortSide, Resampling.STANDARD),
            new CropImage(crop, crop, Dialect.DEPLOYMENT),
            NormalizeImage.IMAGENET,
            new ToChwImage()));
  }

  /// Reads the form that a YAML parser gives of PaddleClas's `transforms` or `transform_ops`: a list of
  /// maps with one entry each, operation to settings (or to nothing).
  ///
  /// @param list the list as parsed
  /// @param dialect which of the reference's two copies is followed
  /// @throws IllegalArgumentException naming every problem, one a line
  public static Preprocessing parse(List<?> list, Dialect dialect) {
    return parse(list, dialect, false);
  }

  /// As [#parse(List, Dialect)], where a Pillow image comes in: some operations then behave otherwise.
  public static Preprocessing parse(List<?> list, Dialect dialect, boolean pillowInput) {
    Config config = Config.of(Map.of(OPERATIONS, list));
    Preprocessing read = Names.read(config, OPERATIONS, new Settings.Context(dialect, pillowInput));
    try {
      config.check();
    } catch (ConfigException e) {
      throw new IllegalArgumentException(String.join("\n", e.problems()), e);
    }
    return read;
  }

  /// Reads the list of operations at a key of a configuration.
  ///
  /// @param section what is wrong is noted there; its [Config#check] throws it
  /// @param key e.g. `transform_ops`
  /// @return the operations; those that could not be read are left out
  public static Preprocessing read(Config section, String key, Dialect dialect) {
    return Names.read(section, key, new Settings.Context(dialect, false));
  }

  static Preprocessing of(List<Transform> transforms, List<String> notes) {
    return new Preprocessing(transforms, notes);
  }

  /// The operations in order.
  public List<Transform> transforms() {
    return transforms;
  }

  /// What was accepted though it may not be meant, one sentence each.
  public List<String> notes() {
    return notes;
  }

  /// Back to the form that [#parse] reads.
  public List<Map<String, Object>> toConfig() {
    var list = new ArrayList<Map<String, Object>>();
    for (Transform transform : transforms) {
      var entry = new LinkedHashMap<String, Object>();
      entry.put(transform.name(), transform.settings());
      list.add(entry);
    }
    return list;
  }

  /// Whether two runs on one image may differ.
  public boolean random() {
    return transforms.stream().anyMatch(Transform::random);
  }

  /// The same operations without those that change images at random.
  public Preprocessing withoutRandom() {
    return of(transforms.stream().filter(t -> !t.random()).toList(), notes);
  }

  /// The same with each operation replaced.
  public Preprocessing map(Function<Transform, Transform> change) {
    return of(transforms.stream().map(change).toList(), notes);
  }

  /// Runs all operations on what they take first, usually an [Image] or an [Encoded] file.
  ///
  /// @param random the source of all chance
  /// @throws ImageException where a file can't be decoded
  /// @throws IllegalArgumentException where operations don't fit each other or the image
  public Pixels apply(Pixels input, RandomGenerator random, Workspace workspace) {
    return apply(input, ImageDecoder.STANDARD, random, workspace);
  }

  /// As [#apply(Pixels, RandomGenerator, Workspace)] for operations without chance.
  public Pixels apply(Pixels input, Workspace workspace) {
    if (random()) {
      throw new IllegalArgumentException(
          "these operations draw random numbers: pass a generator, or use withoutRandom()");
    }
    return apply(input, ImageDecoder.STANDARD, new SplittableRandom(0), workspace);
  }

  /// With a decoder of the caller's choice.
  public Pixels apply(
      Pixels input, ImageDecoder decoder, RandomGenerator random, Workspace workspace) {
    Pixels at = input;
    List<Transform> rest = transforms;
    if (input instanceof Encoded file) {
      boolean named = !rest.isEmpty() && rest.getFirst() instanceof DecodeImage;
      DecodeImage decode = named ? (DecodeImage) rest.getFirst() : DecodeImage.STANDARD;
      rest = named ? rest.subList(1, rest.size()) : rest;
      at = decode.apply(file, decoder, target(rest), workspace);
    }
    for (Transform transform : rest) {
      at = transform.apply(at, random, workspace);
    }
    return at;
  }

  /// Prepares one image, with what became of its pixels. Slower than the other `prepare` for files: pixels leave native memory.
  ///
  /// @param input usually an [Encoded] file or an [Image]
  /// @throws ImageException where a file can't be decoded
  /// @throws IllegalArgumentException where an operation draws random numbers, or operations don't fit each other or the image
  public PreparedImage prepare(Pixels input, ImageDecoder decoder, Workspace workspace) {
    var random = new SplittableRandom(0);
    Pixels at = input;
    List<Transform> rest = transforms;
    Geometry geometry;
    if (input instanceof Encoded file) {
      boolean named = !rest.isEmpty() && rest.getFirst() instanceof DecodeImage;
      DecodeImage decode = named ? (DecodeImage) rest.getFirst() : DecodeImage.STANDARD;
      rest = named ? rest.subList(1, rest.size()) : rest;
      at = decode.apply(file, decoder, target(rest), workspace);
      geometry = Tracing.decoded(file, decode.decoder(decoder), target(rest), at);
    } else {
      geometry = Geometry.of(Step.width(at), Step.height(at));
    }
    for (Transform transform : rest) {
      Pixels before = at;
      at = transform.apply(before, random, workspace);
      geometry = Tracing.after(transform, geometry, before, at);
    }
    return new PreparedImage(Tracing.tensor(at), geometry);
  }

  private static int target(List<Transform> rest) {
    return !rest.isEmpty() && rest.getFirst() instanceof ResizeImage resize ? resize.target() : 0;
  }

  /// Prepares one file for a batch. The usual operations (decode, resize by OpenCV, crop, normalise,
  /// channels first) run without garbage, the pixels staying in native memory until they are normalised.
  ///
  /// @param out where `[3,H,W]` numbers are written
  /// @param offset the first of them
  /// @return how many were written
  public int prepare(
      byte[] file,
      String name,
      ImageDecoder decoder,
      Workspace workspace,
      float[] out,
      int offset) {
    if (fast.isPresent()) {
      return fast.get().run(file, name, decoder, workspace, out, offset);
    }
    if (random()) {
      throw new IllegalArgumentException(
          "these operations draw random numbers: pass a generator, or use withoutRandom()");
    }
    return prepare(
        new Encoded(file, name), decoder, new SplittableRandom(0), workspace, out, offset);
  }

  /// Prepares a decoded image for a batch.
  public int prepare(Image image, Workspace workspace, float[] out, int offset) {
    return prepare(image, ImageDecoder.STANDARD, new SplittableRandom(0), workspace, out, offset);
  }

  /// Prepares anything for a batch, with chance.
  public int prepare(
      Pixels input,
      ImageDecoder decoder,
      RandomGenerator random,
      Workspace workspace,
      float[] out,
      int offset) {
    float[] values = PixelLoops.planes(apply(input, decoder, random, workspace)).toChw().values();
    FastPath.checkRoom(out, offset, values.length);
    System.arraycopy(values, 0, out, offset, values.length);
    return values.length;
  }

  /// The shape of what comes out, if it is the same for every image.
  ///
  /// @return channels, height, width
  public Optional<int[]> outputShape() {
    int[] shape = {3, 0, 0};
    for (Transform transform : transforms) {
      switch (transform) {
        case ResizeImage r -> size(shape, r.width(), r.height());
        case CropImage c -> size(shape, c.width(), c.height());
        case CenterCrop c -> size(shape, c.width(), c.height());
        case CropImageAtRatio c -> size(shape, c.size(), c.size());
        case Resize r -> size(shape, r.width(), r.height());
        case RandCropImage c -> size(shape, c.width(), c.height());
        case RandCropImageV2 c -> size(shape, c.width(), c.height());
        case RandomCropImage c -> size(shape, c.width(), c.height());
        case RandomResizedCrop c -> size(shape, c.width(), c.height());
        case PadToSize p -> size(shape, p.width(), p.height());
        case Pad p when shape[1] > 0 ->
            size(shape, shape[2] + p.left() + p.right(), shape[1] + p.top() + p.bottom());
        case DetResize d when !d.keepRatio() -> size(shape, d.width(), d.height());
        case DetResize _ -> size(shape, 0, 0);
        case NormalizeImage n -> shape[0] = n.channels();
        default -> {}
      }
    }
    return shape[1] > 0 ? Optional.of(shape) : Optional.empty();
  }

  private static void size(int[] shape, int width, int height) {
    shape[1] = height;
    shape[2] = width;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Preprocessing that && transforms.equals(that.transforms);
  }

  @Override
  public int hashCode() {
    return transforms.hashCode();
  }

  @Override
  public String toString() {
    return "Preprocessing" + transforms;
  }
}
