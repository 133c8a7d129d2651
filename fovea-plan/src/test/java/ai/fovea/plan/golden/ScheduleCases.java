package ai.fovea.plan.golden;

import ai.fovea.config.Config;
import ai.fovea.config.ConfigException;
import ai.fovea.plan.schedule.Schedule;
import ai.fovea.plan.schedule.Schedules;
import ai.fovea.testkit.CaseFile;
import ai.fovea.testkit.CaseResult;
import ai.fovea.testkit.GoldenFile;
import ai.fovea.testkit.GoldenFormat;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/// `lr.json`: learning rates step by step.
public final class ScheduleCases implements GoldenFormat {

  @Override
  public String name() {
    return "learning rates";
  }

  @Override
  public boolean accepts(Path file, JsonNode content) {
    return CaseFile.all(content, "config", "epochs", "step_each_epoch")
        && !CaseFile.any(content, "grad_scale", "problem");
  }

  @Override
  public void run(Path file, Consumer<CaseResult> sink) {
    results(file).forEach(sink);
  }

  /// Runs every case of `file`.
  private static List<CaseResult> results(Path file) {
    return CaseFile.cases(CaseFile.read(file)).stream().map(c -> run(c, file.toString())).toList();
  }

  private static CaseResult run(JsonNode c, String where) {
    String name = c.path("name").asString();
    // Written as YAML and read again, as a user gives it.
    Config lr = Config.parse(Config.of(GoldenFile.map(c.path("config"))).toYaml(), "the record");
    boolean byEpoch = lr.flag("by_epoch", false);
    double warmUp = lr.number("warmup_epoch", 0);
    String schedule = lr.text("name", "");
    Schedule built;
    try {
      built = Schedules.of(lr, c.path("epochs").asInt(), c.path("step_each_epoch").asInt());
    } catch (ConfigException e) {
      return c.has("reference_raises")
          ? CaseResult.passed(name, where)
          : CaseResult.failed(name, "a schedule", String.valueOf(e.getMessage()), where);
    }
    if (c.has("reference_raises")) {
      return warmUp != Math.rint(warmUp)
          ? CaseResult.skipped(
              name, "on purpose: a warm-up of a fraction of an epoch works here", where)
          : CaseResult.failed(name, c.path("reference_raises").asString(), "no error", where);
    }
    if (byEpoch
        && warmUp > 0
        && (schedule.equals("Linear") || schedule.equals("ReduceOnPlateau"))) {
      return CaseResult.skipped(
          name,
          "on purpose: the reference has a fault here ("
              + CaseFile.brief(c.path("note").asString())
              + ")",
          where);
    }
    if (!built.name().equals(c.path("scheduler").asString())) {
      return CaseResult.failed(name, "name " + c.path("scheduler").asString(), built.name(), where);
    }
    JsonNode series =
        c.has("intended")
            ? c.path("intended")
            : c.has("lr") ? c.path("lr") : c.path("lr_per_epoch");
    double[] expected = CaseFile.doubles(series);
    for (int step = 0; step <= expected.length; step++) {
      boolean after = step == expected.length;
      if (after && !c.has("after_last_step")) {
        break;
      }
      double want = after ? CaseFile.number(c.path("after_last_step")) : expected[step];
      double got = built.at(step);
      if (!CaseFile.near(want, got, 1e-9) && Math.abs(want - got) > 1e-12) {
        return CaseResult.failed(name, "step " + step + ": " + want, String.valueOf(got), where);
      }
      if (!after && c.has("metrics")) {
        built.observe(step + 1L, CaseFile.number(c.path("metrics").get(step)));
      }
    }
    return CaseResult.passed(name, where);
  }
}
