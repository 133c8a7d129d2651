package ai.fovea.cli;

import ai.fovea.cli.input.ModelChoice;
import ai.fovea.cli.text.Table;
import ai.fovea.image.ImageDecoder;
import ai.fovea.index.VectorIndex;
import ai.fovea.onnx.OnnxSession;
import ai.fovea.recognize.ModelFolder;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `fovea doctor`: what the program runs on, and what is missing.
@Command(
    name = "doctor",
    description = "Shows what the program runs on, what is missing, and how to get it.",
    footer = {"", "Example: fovea doctor", "         fovea doctor --json"})
final class DoctorCommand implements Callable<Outcome> {
  private static final String CACHE = "-XX:AOTCache=";

  @Mixin private final Common common = new Common();
  @Mixin private final ModelChoice model = new ModelChoice();

  private final Map<String, Object> found = new LinkedHashMap<>();
  private final List<String> missing = new ArrayList<>();

  @Override
  public Outcome call() {
    found.put("version", new Version().number());
    found.put("java", property("java.version") + ", " + property("java.vendor"));
    found.put("java_home", property("java.home"));
    found.put(
        "system", property("os.name") + " " + property("os.version") + ", " + property("os.arch"));
    found.put("processors", Runtime.getRuntime().availableProcessors());
    found.put("memory", memory());
    vectors();
    look("opencv", ImageDecoder::libraryVersion);
    look("onnxruntime", OnnxSession::runtimeVersion);
    training();
    look("model", this::model);
    found.put("start_cache", startCache());
    report();
    return missing.isEmpty() ? Outcome.DONE : Outcome.INCOMPLETE;
  }

  private static String property(String name) {
    return System.getProperty(name, "(unknown)");
  }

  private static String memory() {
    double gigabyte = 1L << 30;
    String most =
        String.format(
            Locale.ROOT, "at most %.1f GB for Java", Runtime.getRuntime().maxMemory() / gigabyte);
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? String.format(Locale.ROOT, "%s, of %.1f GB", most, system.getTotalMemorySize() / gigabyte)
        : most;
  }

  private void vectors() {
    String kernels = VectorIndex.kernels();
    found.put("search", kernels);
    if (kernels.startsWith("simd")) {
      found.put(
          "short_commands",
          "recognize, predict, list and the like start sooner with scalar search");
    }
    if (kernels.startsWith("scalar") && Boolean.getBoolean(VectorModule.PROPERTY)) {
      missing.add(
          "search: the vector module of Java can't be used on this machine, so searches take longer"
              + " (results are the same); try the newest JDK 25 and name it in FOVEA_JDK");
    }
  }

  /// Notes a version, or why there is none.
  private void look(String name, Callable<String> version) {
    try {
      found.put(name, version.call());
    } catch (Exception | LinkageError e) {
      found.put(name, "can't be used");
      missing.add(name + ": " + Failures.describe(e));
    }
  }

  private void training() {
    Map<String, Callable<String>> libraries = new LinkedHashMap<>();
    ServiceLoader.load(CommandProvider.class).forEach(p -> libraries.putAll(p.libraries()));
    libraries.forEach(this::look);
    if (libraries.isEmpty()) {
      found.put("training", "not fetched yet; `fovea help train` fetches it, `fovea train` too");
    }
  }

  private String model() throws java.io.IOException {
    ModelFolder folder = model.open();
    return "%s (%s), id %.12s"
        .formatted(folder.specification().name(), folder.place(), folder.id());
  }

  /// The file with which short commands start quickly.
  private static String startCache() {
    Optional<String> used =
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(a -> a.startsWith(CACHE))
            .map(a -> a.substring(CACHE.length()))
            .findFirst();
    return used.orElse(property("fovea.cache").replace("(unknown)", "none"));
  }

  private void report() {
    if (common.json()) {
      var all = new LinkedHashMap<>(found);
      all.put("missing", missing);
      common.print(all);
      return;
    }
    Table table = new Table("what", "is");
    found.forEach((name, value) -> table.row(name.replace('_', ' '), value));
    common.print(table);
    if (missing.isEmpty()) {
      common.remark("Nothing is missing.");
    } else {
      missing.forEach(common::problem);
    }
  }
}
