package ai.fovea.gallery.decision;

import ai.fovea.gallery.Candidate;
import ai.fovea.gallery.Filter;
import ai.fovea.gallery.GalleryException;
import ai.fovea.gallery.GalleryInfo;
import ai.fovea.gallery.GalleryReader;
import ai.fovea.gallery.SearchRequest;
import ai.fovea.gallery.Similarity;
import ai.fovea.gallery.calibration.Calibration;
import java.util.List;

/// Decides which label a query has, or that it is unknown, on any gallery.
///
/// The threshold is the policy's, else that of the [Calibration] that the gallery stores at that
/// time, else under cosine [Calibration#USUAL_COSINE].
///
/// A gallery that guarantees fewer results than the policy's `k` is asked for as many as it
/// guarantees: these vote.
///
/// Holds no state of its own: safe for use by any number of threads. The gallery stays the caller's
/// to close.
public final class Decider {
  private final GalleryReader gallery;
  private final DecisionPolicy policy;

  /// Creates a decider with [DecisionPolicy#DEFAULT].
  public Decider(GalleryReader gallery) {
    this(gallery, DecisionPolicy.DEFAULT);
  }

  /// Creates a decider with a policy of the caller's.
  public Decider(GalleryReader gallery, DecisionPolicy policy) {
    this.gallery = gallery;
    this.policy = policy;
  }

  /// Returns which label a query (`[D]`) has, or that it is unknown.
  ///
  /// @throws GalleryException where there is no threshold
  public Decision decide(float[] query) {
    return decide(query, Filter.everything());
  }

  /// Returns the same, as if the gallery had only the images that `filter` accepts.
  ///
  /// @throws GalleryException where there is no threshold, or the gallery can't evaluate the filter
  public Decision decide(float[] query, Filter filter) {
    return decideAll(new float[][] {query}, filter).getFirst();
  }

  /// Returns a decision for each of `queries` (`[Q][D]`), by one search.
  ///
  /// @throws GalleryException where there is no threshold, or the gallery can't evaluate the filter
  public List<Decision> decideAll(float[][] queries, Filter filter) {
    int k = Math.min(policy.k(), gallery.guarantees().maxResults());
    List<List<Candidate>> found = gallery.searchAll(queries, SearchRequest.of(k).where(filter));
    GalleryInfo info = gallery.info();
    Similarity similarity = info.settings().similarity();
    Calibration calibration = policy.calibration(info.calibration(), similarity);
    return found.stream()
        .map(candidates -> policy.decide(candidates, calibration, similarity))
        .toList();
  }
}
