package ai.fovea.recognize.post;

/// A class and how sure the model is of it.
///
/// @param id class number, from 0
/// @param label its name; the number where the model names none
/// @param score usually a probability, 0 to 1
public record ScoredClass(int id, String label, float score) {}
