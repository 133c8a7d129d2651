package ai.fovea.index.golden;

import ai.fovea.index.Hit;
import ai.fovea.index.Metric;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Compares hits with recorded ones `{ids, scores}`. The order of equal scores is open.
///
/// @param metric tells the better score
/// @param tolerance of scores
/// @param freedom what else is right
record HitComparison(Metric metric, double tolerance, Freedom freedom) {
  /// What else than the recorded hits is right.
  enum Freedom {
    /// Nothing.
    NONE,
    /// Where fewer were found than asked for, further lists may be looked through, which may change all for the better.
    MORE_LISTS,
    /// Hits that are at least as good.
    BETTER
  }

  /// What differs first; empty where nothing does.
  String differs(List<List<Hit>> found, JsonNode recorded) {
    if (found.size() != recorded.path("ids").size()) {
      return found.size() + " queries";
    }
    for (int q = 0; q < found.size(); q++) {
      String wrong =
          differs(found.get(q), recorded.path("ids").get(q), recorded.path("scores").get(q));
      if (!wrong.isEmpty()) {
        return "query " + q + ": " + wrong;
      }
    }
    return "";
  }

  private String differs(List<Hit> hits, JsonNode ids, JsonNode scores) {
    List<Long> wanted = ids.valueStream().map(JsonNode::asLong).filter(id -> id >= 0).toList();
    boolean better =
        freedom == Freedom.BETTER || (freedom == Freedom.MORE_LISTS && wanted.size() < ids.size());
    if (hits.size() < wanted.size() || (!better && hits.size() > wanted.size())) {
      return hits.size() + " hits instead of " + wanted.size();
    }
    for (int i = 0; i < wanted.size(); i++) {
      Hit hit = hits.get(i);
      double score = scores.get(i).asDouble();
      double behind = metric.orderedScore((float) score) - metric.orderedScore(hit.score());
      int theirs = wanted.indexOf(hit.id());
      double own =
          theirs < 0 ? scores.get(wanted.size() - 1).asDouble() : scores.get(theirs).asDouble();
      boolean right =
          better
              ? behind <= tolerance
              : Math.abs(behind) <= tolerance && Math.abs(own - hit.score()) <= tolerance;
      if (!right) {
        return "hit " + i + " is " + hit + " instead of " + wanted.get(i) + " with " + score;
      }
    }
    return "";
  }
}
