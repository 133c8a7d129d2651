package ai.fovea.recognize;

import ai.fovea.base.ModelException;
import ai.fovea.gallery.Similarity;
import ai.fovea.image.Box;
import ai.fovea.image.Encoded;
import ai.fovea.image.Image;
import ai.fovea.image.ImageException;
import ai.fovea.image.ImageSource;
import ai.fovea.image.Planes;
import ai.fovea.image.Workspace;
import ai.fovea.image.transform.Region;
import ai.fovea.recognize.post.Detection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Finds the objects in an image, and looks each of them up in a gallery: detector, crops, embedder, gallery. Thread-safe; detector, embedder and
/// gallery stay the caller's to close.
///
/// In order: the surest objects are chosen, the whole image is added, each box is cut out of the image and looked up, what is unknown goes, and of
/// results that overlap the best stays; one that the gallery knows is better than any that it does not know. A part that can't be looked up, for
/// instance one of a single colour whose features are zeros, is left out; where none can be, the image has a problem.
///
/// ```java
/// var pipeline = new Pipeline(detector, new Recognizer(embedder, gallery), PipelineOptions.DEFAULT);
/// for (RecognizedObject seen : pipeline.recognize(ImageSource.of(Path.of("shelf.jpg")))) {
///   System.out.println(seen.recognition().label().orElse("unknown") + " at " + seen.box());
/// }
/// ```
public final class Pipeline {
  private final Detector detector;
  private final Recognizer recognizer;
  private final PipelineOptions options;

  /// A pipeline of these parts.
  public Pipeline(Detector detector, Recognizer recognizer, PipelineOptions options) {
    this.detector = detector;
    this.recognizer = recognizer;
    this.options = options;
  }

  /// A box to be looked up.
  record Chosen(Region region, double score) {}

  /// The objects in an image that the gallery knows, best first, and, where the options keep them, after these those that it does not know.
  ///
  /// @throws ImageException naming image and reason, if it can't be read or decoded
  /// @throws ModelException if a model's outputs are not finite numbers
  public List<RecognizedObject> recognize(ImageSource image) {
    return recognizeAll(List.of(image)).getFirst().orThrow();
  }

  /// The objects in many images, in order of the images. One that can't be used does not stop the others.
  public List<Result<List<RecognizedObject>>> recognizeAll(List<? extends ImageSource> images) {
    List<Result<Image>> decoded =
        IntStream.range(0, images.size()).parallel().mapToObj(i -> decode(images.get(i))).toList();
    var sources = new ArrayList<ImageSource>();
    for (int i = 0; i < images.size(); i++) {
      String name = images.get(i).name();
      decoded.get(i).toOptional().ifPresent(p -> sources.add(ImageSource.of(p, name)));
    }
    List<Result<List<Detection>>> found = detector.detectAll(sources);
    var all = new ArrayList<Result<List<RecognizedObject>>>();
    int next = 0;
    for (int i = 0; i < images.size(); i++) {
      switch (decoded.get(i)) {
        case Result.Problem<Image> p -> all.add(Result.problem(p.cause()));
        case Result.Value<Image> p ->
            all.add(lookUp(p.value(), images.get(i).name(), found.get(next++)));
      }
    }
    return all;
  }

  private Result<Image> decode(ImageSource image) {
    var decoder = detector.session().options().decoder().withReduction(0);
    try (var workspace = new Workspace()) {
      return Result.of(
          switch (image.load(decoder)) {
            case Image p -> p;
            case Encoded file -> decoder.decode(file.file(), file.name(), workspace);
            case Planes _ -> throw new IllegalArgumentException("no image, but an array");
          });
    } catch (ImageException e) {
      return Result.problem(e);
    }
  }

  private Result<List<RecognizedObject>> lookUp(
      Image image, String name, Result<List<Detection>> found) {
    if (found instanceof Result.Problem<List<Detection>> p) {
      return Result.problem(p.cause());
    }
    var boxes = new ArrayList<Chosen>();
    var crops = new ArrayList<ImageSource>();
    for (Chosen chosen : choose(found.orThrow(), image.width(), image.height(), options)) {
      boxes.add(chosen);
      crops.add(ImageSource.of(chosen.region.cut(image), name));
    }
    var objects = new ArrayList<RecognizedObject>();
    List<Result<Recognition>> seen = recognizer.recognizeAll(crops);
    for (int i = 0; i < boxes.size(); i++) {
      Optional<Recognition> recognition = seen.get(i).toOptional();
      if (recognition.isPresent() && (options.keepUnknown() || !recognition.get().isUnknown())) {
        objects.add(
            new RecognizedObject(
                Box.of(boxes.get(i).region), boxes.get(i).score, recognition.get()));
      }
    }
    if (!seen.isEmpty()
        && seen.stream().allMatch(r -> r instanceof Result.Problem)
        && seen.getFirst() instanceof Result.Problem<Recognition> p) {
      return Result.problem(p.cause());
    }
    return Result.of(
        withoutOverlaps(
            objects,
            options.maxOverlap(),
            recognizer.gallery().info().settings().similarity() != Similarity.L2));
  }

  /// The parts of the image to look up: the surest objects, then the whole. Objects without a pixel inside the image are left out.
  static List<Chosen> choose(
      List<Detection> found, int width, int height, PipelineOptions options) {
    var chosen = new ArrayList<Chosen>();
    found.stream()
        .sorted(Comparator.comparingDouble(Detection::score).reversed())
        .limit(options.maxDetections())
        .filter(d -> d.score() >= options.minDetectionScore())
        .forEach(d ->
            d.box()
                .region(width, height)
                .ifPresent(region -> chosen.add(new Chosen(region, d.score()))));
    if (options.wholeImage()) {
      chosen.add(new Chosen(new Region(0, 0, width, height), 0));
    }
    return chosen;
  }

  /// Known ones first, then by score, without those that overlap one before them by more than a share. Edges count as pixels, as in the reference.
  static List<RecognizedObject> withoutOverlaps(
      List<RecognizedObject> objects, double maxOverlap, boolean largerIsBetter) {
    Comparator<RecognizedObject> byScore = Comparator.comparingDouble(o -> o.recognition().score());
    Comparator<RecognizedObject> knownFirst =
        Comparator.comparing(o -> o.recognition().isUnknown());
    var kept = new ArrayList<RecognizedObject>();
    for (RecognizedObject object :
        objects.stream()
            .sorted(knownFirst.thenComparing(largerIsBetter ? byScore.reversed() : byScore))
            .toList()) {
      if (kept.stream()
          .noneMatch(k -> k.box().intersectionOverUnion(object.box(), 1) > maxOverlap)) {
        kept.add(object);
      }
    }
    return List.copyOf(kept);
  }
}
