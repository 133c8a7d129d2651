package ai.fovea.testkit;

/// How one case of a golden file came out.
///
/// @param name of the case, e.g. `ResNet18/torch`
/// @param expected what the golden file says; the reason where the case was skipped
/// @param got what this project computed; empty where it passed
/// @param where the file, and the place in it
public record CaseResult(String name, Outcome outcome, String expected, String got, String where) {

  /// Whether the case was run, and its result.
  public enum Outcome {
    PASSED,
    FAILED,
    SKIPPED
  }

  /// A case that came out as it should.
  public static CaseResult passed(String name, String where) {
    return new CaseResult(name, Outcome.PASSED, "", "", where);
  }

  /// A case that did not.
  public static CaseResult failed(String name, String expected, String got, String where) {
    return new CaseResult(name, Outcome.FAILED, expected, got, where);
  }

  /// A case that was not run.
  public static CaseResult skipped(String name, String reason, String where) {
    return new CaseResult(name, Outcome.SKIPPED, reason, "", where);
  }
}
