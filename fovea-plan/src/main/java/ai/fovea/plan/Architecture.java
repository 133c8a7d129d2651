package ai.fovea.plan;

import ai.fovea.config.Config;
import ai.fovea.config.Names;
import ai.fovea.graph.Graph;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Normalization;
import ai.fovea.graph.Op;
import ai.fovea.models.Models;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The networks that the section `Arch` describes: one, or, of a `DistillationModel`, several by name of which one is evaluated
/// and exported.
///
/// @param members one at least, in the order of the configuration
/// @param served the one that is evaluated and exported
public record Architecture(List<Member> members, Member served) {
  private static final String SEVERAL = "DistillationModel";

  /// Copies the list.
  public Architecture {
    members = List.copyOf(members);
  }

  /// One of the networks.
  ///
  /// @param name empty for a network that is alone
  /// @param section what [Models] builds
  /// @param pretrained the weights that this network starts from
  /// @param backbonePretrained the weights that its backbone starts from, before `pretrained`
  /// @param frozen whether training leaves it as it is
  public record Member(
      String name,
      Config section,
      Optional<Path> pretrained,
      Optional<Path> backbonePretrained,
      boolean frozen) {
    /// Returns what the names of its parameters begin with in a checkpoint: nothing, or `Student.`.
    public String prefix() {
      return Architecture.prefix(name);
    }

    /// Returns the weights of this network under its own names, of a file that holds those of all networks or of this one alone.
    public Map<String, NDArray> own(Map<String, NDArray> weights) {
      Map<String, NDArray> own = within(name, weights);
      return own.isEmpty() ? weights : own;
    }

    /// Returns the graph that is trained, at the size of training images.
    ///
    /// @param freezeNormStats whether batch norms use the loaded statistics in training too
    public Graph training(Op.Size size, boolean freezeNormStats) {
      Graph graph = Models.build(section, size, true);
      // As in the reference a frozen network normalises by the batch, but its statistics stay.
      return freezeNormStats || frozen
          ? graph.map(op ->
              op instanceof Normalization.BatchNorm b
                  ? new Normalization.BatchNorm(
                      b.epsilon(), frozen ? 1 : b.momentum(), freezeNormStats || b.globalStats())
                  : op)
          : graph;
    }

    /// Returns the graph that is evaluated and exported.
    public Graph serving(Op.Size size) {
      return Models.build(section, size, false);
    }

    /// Returns the backbone alone, under its own names: what weights from elsewhere are for.
    public Graph backbone(Op.Size size) {
      return Models.build(section.find("Backbone").orElse(section), size, false);
    }
  }

  /// Returns what the names of a network's parameters begin with in a checkpoint: nothing for one that is alone.
  public static String prefix(String network) {
    return network.isEmpty() ? "" : network + ".";
  }

  /// Returns the values of a network under its own names.
  ///
  /// @param all by the names in a checkpoint
  public static Map<String, NDArray> within(String network, Map<String, NDArray> all) {
    String prefix = prefix(network);
    var own = new LinkedHashMap<String, NDArray>();
    all.forEach((name, value) -> {
      if (name.startsWith(prefix)) {
        own.put(name.substring(prefix.length()), value);
      }
    });
    return own;
  }

  /// Returns whether there are several networks.
  public boolean isDistillation() {
    return !served.name().isEmpty();
  }

  /// Reads the section `Arch`, which must have a `name`; what is wrong with it is noted there.
  ///
  /// @param config the whole
  /// @param pretrained `Arch.pretrained`
  /// @param backbonePretrained `Arch.Backbone.pretrained`
  static Architecture of(
      Config config, Optional<Path> pretrained, Optional<Path> backbonePretrained) {
    Config arch = config.at("Arch");
    String name = arch.text("name");
    boolean meant = arch.has("models") && Names.meant(name, List.of(SEVERAL)).isPresent();
    if (meant && !name.equals(SEVERAL)) {
      arch.problem("name", "there is no network '%s'; do you mean %s?".formatted(name, SEVERAL));
    }
    if (!meant && !name.equals(SEVERAL)) {
      Member one = new Member("", arch, pretrained, backbonePretrained, false);
      return new Architecture(List.of(one), one);
    }
    if (pretrained.isPresent()) {
      arch.problem(
          "pretrained", "names weights of one network; name those of each model, in its section");
    }
    // Of files that refer to them in each model, and of exporting, which takes the output of
    // Global.
    for (String key :
        List.of(
            "class_num",
            "infer_output_key",
            "infer_add_softmax",
            "is_rec",
            "use_sync_bn",
            "use_ssld")) {
      arch.has(key);
    }
    List<Config.Named> models = arch.named("models");
    List<Member> members = new ArrayList<>();
    var names = new LinkedHashSet<String>();
    Optional<List<?>> frozen = list(arch, "freeze_params_list", models);
    Optional<List<?>> starts = list(arch, "pretrained_list", models);
    for (int i = 0; i < models.size(); i++) {
      Config.Named model = models.get(i);
      if (!names.add(model.name())) {
        arch.problem("models", "two networks are called " + model.name());
      }
      int at = i;
      boolean isFrozen = frozen.map(l -> isFrozen(arch, l.get(at))).orElse(false);
      Config own = model.settings();
      Optional<Path> start =
          starts
              .flatMap(l -> Recipe.start(config, arch, "pretrained_list", l.get(at)))
              .or(() ->
                  Recipe.start(config, own, "pretrained", own.value("pretrained").orElse(null)));
      Optional<Path> backbone =
          own.find("Backbone")
              .flatMap(
                  b -> Recipe.start(config, b, "pretrained", b.value("pretrained").orElse(null)));
      own.flag("use_ssld", false); // which of the reference's downloads is meant
      members.add(new Member(model.name(), own, start, backbone, isFrozen));
    }
    if (members.isEmpty()) {
      arch.problem("models", "names no network; give a list of them, each with a name");
      members.add(new Member("Student", arch, Optional.empty(), Optional.empty(), false));
    }
    String served = arch.text("infer_model_name", members.getLast().name());
    Optional<Member> named = members.stream().filter(m -> m.name().equals(served)).findFirst();
    if (named.isEmpty()) {
      arch.problem(
          "infer_model_name",
          "there is no network '%s'%s; there are %s"
              .formatted(served, Names.suggestion(served, names), String.join(", ", names)));
    }
    if (members.stream().allMatch(Member::frozen)) {
      arch.problem("freeze_params_list", "freezes all networks, so that there is none to train");
    }
    return new Architecture(members, named.orElse(members.getLast()));
  }

  private static boolean isFrozen(Config arch, @Nullable Object item) {
    if (item instanceof Boolean b) {
      return b;
    }
    arch.problem("freeze_params_list", "expected True or False for each model, found " + item);
    return false;
  }

  /// A list with one item a network; absent where it is null or not there.
  private static Optional<List<?>> list(Config arch, String key, List<Config.Named> models) {
    Object value = arch.value(key).orElse(null);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof List<?> items && items.size() == models.size()) {
      return Optional.of(items);
    }
    arch.problem(
        key,
        "expected a list of %d, one for each of %s, found %s"
            .formatted(
                models.size(),
                String.join(", ", models.stream().map(Config.Named::name).toList()),
                value instanceof List<?> items ? items.size() : "'" + value + "'"));
    return Optional.empty();
  }
}
