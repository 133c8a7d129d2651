package ai.fovea.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.config.Config;
import ai.fovea.config.ConfigException;
import ai.fovea.testkit.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// All training configurations of the reference: each yields a whole plan or is refused with all that is missing, and no key is
/// taken that nothing reads.
@Tag("native") // transforms know OpenCV's constants
class ReferenceConfigurationsTest {
  private static final long SEED = 20;

  /// Each configuration, read for training.
  private static final Map<Path, Config> ALL = new LinkedHashMap<>();

  private static final Map<Path, List<String>> PROBLEMS = new LinkedHashMap<>();

  @BeforeAll
  static void read() throws IOException {
    try (Stream<Path> files = Files.walk(Shared.path("reference/configs"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList()) {
        Config config = config(file);
        // As the command line tells training configurations from others.
        if (config.keys().contains("Arch") && !config.keys().contains("Pipeline")) {
          ALL.put(file, config);
          PROBLEMS.put(file, TrainingPlan.problems(config));
        }
      }
    }
    assertThat(ALL).hasSizeGreaterThan(500);
  }

  private static List<Path> plans() {
    return new ArrayList<>(
        ALL.keySet().stream().filter(f -> List.of().equals(PROBLEMS.get(f))).toList());
  }

  /// Files that are no configuration at all are another test's business.
  private static Config config(Path file) {
    try {
      return Config.read(file);
    } catch (ConfigException e) {
      return Config.of(Map.of());
    }
  }

  @Test
  void eachIsAPlanOrRefusedAndEveryKeyIsReadOrNamed() {
    List<Path> plans = new ArrayList<>();
    ALL.forEach((file, config) -> {
      List<String> problems = PROBLEMS.getOrDefault(file, List.of());
      // What nothing read is a problem, or one of the keys that are known to change nothing.
      for (String key : config.unread()) {
        assertThat(
                KeysWithoutEffect.of(key).isPresent()
                    || problems.stream().anyMatch(p -> p.startsWith(key + ": ")))
            .as("%s: %s is taken and nothing reads it", file, key)
            .isTrue();
      }
      // The reference's own files have no misspelt keys: whatever is refused asks for something
      // that is not there yet.
      assertThat(problems)
          .as(file.toString())
          .noneMatch(p -> p.contains("nothing reads this key"))
          .doesNotHaveDuplicates();
      if (problems.isEmpty()) {
        TrainingPlan plan = TrainingPlan.of(Config.read(file));
        assertThat(plan.losses()).as(file.toString()).isNotEmpty();
        assertThat(plan.optimizers()).as(file.toString()).isNotEmpty();
        assertThat(plan.evaluation().map(EvaluationPlan::metrics).orElse(List.of()))
            .as(file.toString())
            .hasSizeGreaterThan(plan.recipe().evalDuringTrain() ? 0 : -1);
        plans.add(file);
      }
    });
    assertThat(plans).hasSizeGreaterThanOrEqualTo(85);
  }

  /// A key that no accessor asks for is refused wherever it is put, in a tenth of the files that make a plan.
  @Test
  void aKeyThatNobodyKnowsIsRefusedInEverySectionOfAPlan() {
    List<Path> plans = plans();
    Collections.shuffle(plans, new Random(SEED));
    Set<String> seen = new LinkedHashSet<>();
    for (Path file : plans.subList(0, plans.size() / 10)) {
      for (String section : sections("", Config.read(file).raw())) {
        if (KeysWithoutEffect.of(section + ".x").isPresent() || !seen.add(section)) {
          continue; // the reference's tools read it, or another file had the same
        }
        String key = section + ".key_of_nobody";
        Config changed = Config.parse(with(file, key), file.toString());
        assertThat(TrainingPlan.problems(changed))
            .as("%s with %s (seed %d)", file, key, SEED)
            .anyMatch(p -> p.contains("key_of_nobody"));
      }
    }
    assertThat(seen).hasSizeGreaterThan(20);
  }

  /// The configuration as text, with one more key; as part of the file, not as an option.
  private static String with(Path file, String key) {
    return Config.read(file).override(List.of(key + "=1")).toYaml();
  }

  private static List<String> sections(String path, Object value) {
    List<String> all = new ArrayList<>();
    if (value instanceof Map<?, ?> map) {
      if (!path.isEmpty()) {
        all.add(path);
      }
      map.forEach((k, v) -> {
        if (v != null) {
          all.addAll(sections(path.isEmpty() ? k.toString() : path + "." + k, v));
        }
      });
    } else if (value instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        if (list.get(i) instanceof Map<?, ?> entry && entry.size() == 1) {
          // `- Name: {settings}`: another key beside the name is another kind of mistake.
          String name = entry.keySet().iterator().next().toString();
          Object settings = entry.get(name);
          if (settings instanceof Map<?, ?>) {
            all.addAll(sections(path + "." + i + "." + name, settings));
          }
        }
      }
    }
    return all;
  }

  @Test
  void aMetricThatIsNotThereIsNotAnotherInItsPlace() {
    Config config =
        Config.read(plans().getFirst()).override(List.of("Metric.Eval=[{'HammingDistance': {}}]"));
    assertThatThrownBy(() -> TrainingPlan.of(config))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("HammingDistance is not supported here");
  }
}
