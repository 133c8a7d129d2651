package ai.fovea.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Collects what is wrong with one case. A case fails with its first difference, and says how many more there are.
public final class Verdict {
  private final String name;
  private final String where;
  private final List<Tensors.Difference> wrong = new ArrayList<>();

  /// A case that could not be run to its end.
  public interface Check {
    /// Runs the case, and notes what is wrong with it.
    void run(Verdict verdict) throws Exception;
  }

  private Verdict(String name, String where) {
    this.name = name;
    this.where = where;
  }

  /// Runs a case; an exception fails it.
  public static CaseResult of(String name, String where, Check check) {
    var verdict = new Verdict(name, where);
    try {
      check.run(verdict);
    } catch (Exception e) {
      return CaseResult.failed(name, "no error", CaseFile.brief(e), where);
    }
    return verdict.result();
  }

  /// Notes a difference, if there is one.
  public void check(String what, Optional<Tensors.Difference> difference) {
    difference.ifPresent(
        d -> wrong.add(new Tensors.Difference(what + ", " + d.what(), d.expected(), d.got())));
  }

  /// Notes a difference between numbers.
  public void near(String what, double expected, double got, double room) {
    if (!(Math.abs(expected - got) <= room) && expected != got) {
      wrong.add(new Tensors.Difference(what, "" + expected, "" + got));
    }
  }

  /// Notes that something is not so.
  public void that(boolean right, String what, String expected, String got) {
    if (!right) {
      wrong.add(new Tensors.Difference(what, expected, got));
    }
  }

  private CaseResult result() {
    if (wrong.isEmpty()) {
      return CaseResult.passed(name, where);
    }
    Tensors.Difference first = wrong.getFirst();
    String more = wrong.size() > 1 ? " (and " + (wrong.size() - 1) + " more)" : "";
    return CaseResult.failed(
        name, first.what() + ": " + first.expected(), first.got() + more, where);
  }
}
