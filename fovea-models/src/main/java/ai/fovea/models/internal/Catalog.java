package ai.fovea.models.internal;

import ai.fovea.base.ModelException;
import ai.fovea.config.Config;
import ai.fovea.config.Names;
import ai.fovea.models.Arguments;
import ai.fovea.models.Backbone;
import ai.fovea.models.Head;
import ai.fovea.models.ModelProvider;
import ai.fovea.models.NamedBackbone;
import ai.fovea.models.Neck;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Function;

/// All backbones, necks and heads that can be asked for by name.
///
/// @param backbones in the order of their families
/// @param heads necks that stand in the place of a head included
public record Catalog(
    Map<String, NamedBackbone> backbones,
    Map<String, Function<Arguments, Neck>> necks,
    Map<String, Function<Arguments, Head>> heads) {

  /// Further necks and heads of the reference.
  private static final List<String> KNOWN = List.of("AdaMargin", "FRFNNeck", "MetaBNNeck");

  /// What all providers that the calling thread sees offer.
  ///
  /// @throws ModelException if two offer the same name
  public static Catalog load() {
    var backbones = new LinkedHashMap<String, NamedBackbone>();
    var necks = new LinkedHashMap<String, Function<Arguments, Neck>>();
    var heads = new LinkedHashMap<String, Function<Arguments, Head>>();
    for (ModelProvider provider : ServiceLoader.load(ModelProvider.class)) {
      provider.backbones().forEach(b -> put(backbones, b.card().name(), b, provider));
      provider
          .necks()
          .forEach((name, neck) -> {
            put(necks, name, neck, provider);
            put(heads, name, neck.andThen(Catalog::asHead), provider);
          });
      provider.heads().forEach((name, head) -> put(heads, name, head, provider));
    }
    return new Catalog(
        Collections.unmodifiableMap(backbones),
        Collections.unmodifiableMap(necks),
        Collections.unmodifiableMap(heads));
  }

  private static <T> void put(Map<String, T> all, String name, T value, ModelProvider provider) {
    if (all.putIfAbsent(name, value) != null) {
      throw new ModelException(
          "'" + name + "' of " + provider.getClass().getName() + " exists already");
    }
  }

  private static Head asHead(Neck neck) {
    return (scope, x, label) -> neck.build(scope, x, List.of());
  }

  /// The backbone that a section describes; what is wrong is noted there, and stands for a backbone that can't be built.
  public Backbone backbone(Config section) {
    String name = section.text("name");
    NamedBackbone named = backbones.get(name);
    if (named != null) {
      var args = new Arguments(name, section);
      Backbone backbone = MultiOutputBackbone.of(args, named.factory().apply(args));
      args.finish();
      return backbone;
    }
    if (!name.isEmpty()) {
      section.problem(
          "name",
          "there is no network '"
              + name
              + "'; near it are "
              + String.join(", ", Names.nearest(name, backbones.keySet(), 4)));
      // What is wrong with arguments of the one that is meant is told, too; others may be right.
      meant(name).ifPresent(n -> readFor(n.card().name(), n.factory(), section));
    }
    section.leaveRest();
    return (scope, image) -> {
      throw new ModelException("there is no network '" + name + "'");
    };
  }

  /// Reads settings for what they say that is wrong, and for nothing else.
  private static <T> void readFor(String name, Function<Arguments, T> factory, Config section) {
    T _ = factory.apply(new Arguments(name, section));
  }

  /// The network that is most likely meant by a name that is none's.
  Optional<NamedBackbone> meant(String name) {
    return backbones.containsKey(name)
        ? Optional.empty()
        : Names.meant(name, backbones.keySet()).map(backbones::get);
  }

  /// The neck that a section describes; what is wrong is noted there.
  public Neck neck(Config section) {
    return made("neck", section, necks)
        .orElse((scope, x, stages) -> {
          throw new ModelException(section.path() + ": there is no such neck");
        });
  }

  /// The head that a section describes; what is wrong is noted there.
  public Head head(Config section) {
    return made("head", section, heads)
        .orElse((scope, x, label) -> {
          throw new ModelException(section.path() + ": there is no such head");
        });
  }

  private static <T> Optional<T> made(
      String kind, Config section, Map<String, Function<Arguments, T>> all) {
    String name = section.text("name");
    var factory = all.get(name);
    if (factory == null) {
      if (!name.isEmpty()) {
        section.problem(
            "name", Names.unknown(kind, name, all.keySet().stream().sorted().toList(), KNOWN));
        if (!KNOWN.contains(name)) {
          Names.meant(name, all.keySet())
              .ifPresent(n -> readFor(n, Objects.requireNonNull(all.get(n)), section));
        }
      }
      section.leaveRest();
      return Optional.empty();
    }
    var args = new Arguments(name, section);
    T made = factory.apply(args);
    args.finish();
    return Optional.of(made);
  }
}
