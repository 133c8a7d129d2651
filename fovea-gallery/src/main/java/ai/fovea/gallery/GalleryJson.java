package ai.fovea.gallery;

import ai.fovea.gallery.calibration.Calibration;
import ai.fovea.gallery.calibration.Rate;
import ai.fovea.gallery.decision.Decision;
import java.io.IOException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Galleries and decisions as JSON, for other programs. What is absent is left out. A score or rate
/// that is not finite is `null`, never a text.
///
/// Stateless, for any number of threads.
public final class GalleryJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private GalleryJson() {}

  /// Returns a gallery's figures.
  public static ObjectNode info(GalleryInfo info) {
    ObjectNode node = NODES.objectNode();
    node.put("format", info.formatVersion());
    node.put("model", info.settings().modelId());
    node.put("dimension", info.settings().dimension());
    node.put("similarity", info.settings().similarity().text());
    node.put("index", info.settings().index().text());
    node.put("durability", info.settings().durability().text());
    node.put("entries", info.entries());
    node.put("labels", info.labels());
    node.put("created", info.created().toString());
    info.calibration().ifPresent(calibration -> node.set("calibration", calibration(calibration)));
    return node;
  }

  /// Returns a threshold and its expected rates.
  public static ObjectNode calibration(Calibration calibration) {
    ObjectNode node = NODES.objectNode();
    number(node, "threshold", calibration.threshold());
    node.put("basis", calibration.basis().text());
    calibration
        .targetFalseAcceptRate()
        .ifPresent(rate -> number(node, "target_false_accept_rate", rate));
    calibration.falseAcceptRate().ifPresent(rate -> put(node, "false_accept_rate", rate));
    calibration.falseRejectRate().ifPresent(rate -> put(node, "false_reject_rate", rate));
    node.put("between_scores", calibration.betweenScores());
    node.put("within_scores", calibration.withinScores());
    if (calibration.basis() != Calibration.Basis.GIVEN) {
      node.put("per_label", calibration.method().perLabel());
    }
    node.put("negatives", calibration.method().negatives());
    return node;
  }

  /// Returns the thresholds and rates of single labels.
  public static ObjectNode labels(Calibration calibration) {
    ObjectNode all = NODES.objectNode();
    calibration
        .labels()
        .forEach((name, label) -> {
          ObjectNode node = all.putObject(name);
          number(node, "threshold", label.threshold());
          label.falseRejectRate().ifPresent(rate -> put(node, "false_reject_rate", rate));
          node.put("false_accepts", label.falseAccepts());
        });
    return all;
  }

  /// A share, and the ends of its interval under names with `_low` and `_high` behind.
  private static void put(ObjectNode node, String name, Rate rate) {
    number(node, name, rate.value());
    number(node, name + "_low", rate.low());
    number(node, name + "_high", rate.high());
  }

  private static void number(ObjectNode node, String name, double value) {
    if (Double.isFinite(value)) {
      node.put(name, value);
    } else {
      node.putNull(name);
    }
  }

  private static void number(ObjectNode node, String name, float value) {
    if (Float.isFinite(value)) {
      node.put(name, value);
    } else {
      node.putNull(name);
    }
  }

  /// Returns an image, without its vector.
  public static ObjectNode entry(Entry entry) {
    ObjectNode node = NODES.objectNode();
    node.put("id", entry.id());
    node.put("label", entry.label());
    entry.source().ifPresent(source -> node.put("source", source));
    if (!entry.attributes().isEmpty()) {
      ObjectNode attributes = node.putObject("attributes");
      entry.attributes().forEach(attributes::put);
    }
    return node;
  }

  /// Returns a decision; `label` is `null` where it is unknown, `probable` where nothing is.
  public static ObjectNode decision(Decision decision) {
    ObjectNode node = NODES.objectNode();
    node.put("label", decision.label().orElse(null));
    node.put("probable", decision.probable().orElse(null));
    decision.score().ifPresent(score -> number(node, "score", (float) score));
    number(node, "threshold", decision.threshold());
    number(node, "share", decision.share());
    number(node, "margin", decision.margin());
    ArrayNode candidates = node.putArray("candidates");
    for (Candidate candidate : decision.candidates()) {
      ObjectNode one = entry(candidate.entry());
      number(one, "score", candidate.score());
      candidates.add(one);
    }
    return node;
  }

  /// Writes all images, one to a line, in the order of their ids.
  ///
  /// @param withVectors whether each has its vector too
  /// @throws IOException where a vector holds a value that is not finite, which JSON can't say
  public static void writeEntries(GalleryReader gallery, Appendable to, boolean withVectors)
      throws IOException {
    JsonMapper mapper = JsonMapper.builder().build();
    for (Entry entry : (Iterable<Entry>) gallery.entries()::iterator) {
      ObjectNode node = entry(entry);
      if (withVectors) {
        ArrayNode vector = node.putArray("vector");
        for (float value : gallery.vector(entry.id())) {
          if (!Float.isFinite(value)) {
            throw new IOException(
                "image " + entry.id() + ": its vector holds " + value + "; remove the image");
          }
          vector.add(value);
        }
      }
      to.append(mapper.writeValueAsString(node)).append('\n');
    }
  }
}
