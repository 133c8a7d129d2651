package ai.fovea.models.internal;

import ai.fovea.models.Arguments;
import ai.fovea.models.Head;
import ai.fovea.models.ModelException;
import ai.fovea.models.ModelProvider;
import ai.fovea.models.NamedBackbone;
import ai.fovea.models.Neck;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.stream.IntStream;

/// All backbones, necks and heads that can be asked for by name.
///
/// @param backbones in the order of their families
/// @param heads necks that stand in the place of a head included
public record Catalog(
    Map<String, NamedBackbone> backbones,
    Map<String, Function<Arguments, Neck>> necks,
    Map<String, Function<Arguments, Head>> heads) {

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

  /// The backbone of that name.
  ///
  /// @throws ModelException with the names that are most like it
  public NamedBackbone backbone(String name) {
    NamedBackbone found = backbones.get(name);
    if (found == null) {
      throw new ModelException(
          "there is no network '" + name + "'; near it are " + String.join(", ", near(name)));
    }
    return found;
  }

  /// The neck that a section describes.
  ///
  /// @throws ModelException for an unknown name, and for wrong or unknown arguments
  public Neck neck(Map<String, ?> section) {
    return made("Neck", section, necks);
  }

  /// The head that a section describes.
  ///
  /// @throws ModelException for an unknown name, and for wrong or unknown arguments
  public Head head(Map<String, ?> section) {
    return made("Head", section, heads);
  }

  private static <T> T made(
      String where, Map<String, ?> section, Map<String, Function<Arguments, T>> all) {
    String name = String.valueOf(section.get("name"));
    var factory = all.get(name);
    if (factory == null) {
      throw new ModelException(
          where
              + ": there is no '"
              + name
              + "'; there are "
              + all.keySet().stream().sorted().toList());
    }
    var args = new Arguments(where + " " + name, section);
    T made = factory.apply(args);
    args.check();
    return made;
  }

  private List<String> near(String name) {
    return backbones.keySet().stream()
        .sorted(Comparator.comparingInt(n -> distance(n, name)))
        .limit(4)
        .toList();
  }

  /// How many letters must be inserted, removed or changed to make `b` of `a`.
  private static int distance(String a, String b) {
    int[] row = IntStream.rangeClosed(0, b.length()).toArray();
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
