package ai.fovea.index;

/// One result of a search.
///
/// @param id the id under which the vector was added
/// @param score its score against the query, in the index's [Metric] (inner product, or squared
///     distance)
public record Hit(long id, float score) {}
