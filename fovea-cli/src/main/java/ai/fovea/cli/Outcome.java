package ai.fovea.cli;

/// How a command ended, where it ended without an error of its own.
public enum Outcome {
  /// Everything was done.
  DONE,
  /// Something could not be done, for instance one image of many, and was reported; the rest was done.
  INCOMPLETE
}
