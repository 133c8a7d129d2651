package ai.fovea.recognize;

import ai.fovea.base.ModelException;
import ai.fovea.onnx.OnnxDigest;
import ai.fovea.onnx.OnnxException;
import ai.fovea.onnx.OnnxNetwork;
import ai.fovea.recognize.post.PostStep;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Identifies what a model's numbers depend on: vectors may be compared only if they come from models of one id.
///
/// The id is a SHA-256 over the network ([OnnxDigest]), which of its outputs are taken, how files are decoded, how images are prepared, and the steps of post-processing that
/// change numbers; names of classes and how many of them are told are left out. A changed resize is another model; the same network exported again is not.
///
/// Galleries remember the id of the model that made them. Those of earlier versions of Fovea hold an id that was a SHA-256 over the network's file, preparation and
/// normalisation: a model goes on knowing that one. Digests are computed when they are first asked for. Thread-safe.
public final class ModelId {
  private final String place;
  private final ModelSpecification model;
  private final OnnxNetwork network;
  private final String decoding;
  private final Optional<Known> known;
  private volatile @Nullable String value;
  private volatile @Nullable List<String> earlier;

  /// Digests that are known without reading the network.
  ///
  /// @param network [OnnxDigest#of]
  /// @param earlier the id of the first versions, where the specification is the one that it was made with
  record Known(String network, Optional<String> earlier) {}

  /// How a model's id relates to the one that a gallery remembers.
  public enum Match {
    /// The gallery was made with this model.
    SAME,
    /// It was made with this model, by an earlier version of Fovea, which had another id for it.
    SAME_BY_EARLIER_ID,
    /// It was made with another model.
    DIFFERENT
  }

  ModelId(
      String place,
      ModelSpecification model,
      OnnxNetwork network,
      ModelOptions options,
      Optional<Known> known) {
    this.place = place;
    this.model = model;
    this.network = network;
    this.decoding = "reduction " + options.decoder().reduction();
    this.known = known;
  }

  /// The id: 64 hexadecimal digits.
  public String value() {
    String computed = value;
    if (computed == null) {
      computed = digest();
      value = computed;
    }
    return computed;
  }

  /// The ids that earlier versions of Fovea gave this model; none where they could not have described it.
  public List<String> earlier() {
    List<String> computed = earlier;
    if (computed == null) {
      computed = digestsOfEarlierVersions();
      earlier = computed;
    }
    return computed;
  }

  /// Whether an id that somebody remembered is one of this model's. The one place where that is decided.
  public Match match(String remembered) {
    if (remembered.equals(value())) {
      return Match.SAME;
    }
    return earlier().contains(remembered) ? Match.SAME_BY_EARLIER_ID : Match.DIFFERENT;
  }

  private String networkDigest() {
    try {
      return OnnxDigest.of(network);
    } catch (OnnxException e) {
      throw new ModelException(place + ": the network can't be read any more", e);
    }
  }

  private String digest() {
    MessageDigest digest = sha256();
    line(digest, "fovea-model-2");
    line(digest, known.isPresent() ? known.get().network : networkDigest());
    line(digest, String.join(",", model.outputs()));
    line(digest, model.inputs().toString());
    line(digest, decoding);
    line(digest, model.preprocessing().toConfig().toString());
    model.steps().stream().flatMap(s -> text(s).stream()).forEach(t -> line(digest, t));
    return HexFormat.of().formatHex(digest.digest());
  }

  /// What of a step changes numbers; empty where it only chooses what is shown.
  private static Optional<String> text(PostStep step) {
    return switch (step) {
      case PostStep.Softmax _ -> Optional.of("softmax");
      case PostStep.Sigmoid _ -> Optional.of("sigmoid");
      case PostStep.Normalize _ -> Optional.of("normalize");
      case PostStep.Whitening w ->
          Optional.of("whitening " + Arrays.toString(w.mean()) + Arrays.toString(w.matrix()));
      case PostStep.TopK _, PostStep.Threshold _, PostStep.KeepBoxes _ -> Optional.empty();
      case PostStep.DecodeBoxes d -> Optional.of("decode " + d.strides() + " " + d.bins());
      case PostStep.ToImage _ -> Optional.of("to image");
      case PostStep.Suppress s ->
          Optional.of(
              "suppress %s %d %d %s %s %s %d"
                  .formatted(
                      s.scoreThreshold(),
                      s.nmsTopK(),
                      s.keepTopK(),
                      s.nmsThreshold(),
                      s.nmsEta(),
                      s.normalized(),
                      s.backgroundLabel()));
    };
  }

  /// The id of the first versions: over the network's files, the preparation, the output's name and the normalisation.
  private List<String> digestsOfEarlierVersions() {
    Optional<String> told = known.flatMap(Known::earlier);
    if (told.isPresent()) {
      return List.of(told.get());
    }
    if (!earlierVersionsCouldDescribe(model)) {
      return List.of(); // the old digest leaves out what they did not know
    }
    MessageDigest digest = sha256();
    try {
      network.writeAll(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
    } catch (IOException e) {
      throw new UncheckedIOException(place + ": the network can't be read any more", e);
    }
    digest.update(model.preprocessing().toConfig().toString().getBytes(StandardCharsets.UTF_8));
    digest.update(
        (model.outputs().isEmpty() ? "" : model.outputs().getFirst())
            .getBytes(StandardCharsets.UTF_8));
    boolean normalized = model.steps().stream().anyMatch(s -> s instanceof PostStep.Normalize);
    digest.update((byte) (normalized ? 1 : 0));
    return List.of(HexFormat.of().formatHex(digest.digest()));
  }

  /// Whether the first versions' description could say what this one does: features as they are or of unit length, or the best classes
  /// of a softmax; of one output at most; inputs had no names. The way of decoding was no part of their ids.
  private static boolean earlierVersionsCouldDescribe(ModelSpecification model) {
    List<PostStep> steps = model.steps();
    boolean embedder = steps.isEmpty() || steps.equals(List.of(new PostStep.Normalize()));
    boolean classifier =
        steps.size() == 2
            && steps.getFirst() instanceof PostStep.Softmax
            && steps.getLast() instanceof PostStep.TopK;
    return (embedder || classifier) && model.outputs().size() <= 1 && model.inputs().isEmpty();
  }

  private static void line(MessageDigest digest, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
    digest.update(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return value();
  }
}
