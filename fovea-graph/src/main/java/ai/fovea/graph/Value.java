package ai.fovea.graph;

/// One edge of a graph: what an operation yields.
///
/// @param id unique in its graph
public record Value(int id, Shape shape, DType dtype) {}
