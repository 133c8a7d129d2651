package ai.fovea.train.loss;

/// Two networks of which the first learns from the second.
public record DistillationPair(String student, String teacher) {}
