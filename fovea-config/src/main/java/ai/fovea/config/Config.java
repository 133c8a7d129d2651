package ai.fovea.config;

import ai.fovea.config.internal.Literal;
import ai.fovea.config.internal.Overrides;
import ai.fovea.config.internal.Reads;
import ai.fovea.config.internal.Values;
import ai.fovea.config.internal.YamlReader;
import ai.fovea.config.internal.YamlWriter;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A configuration, or one section of it. Values never change: [#override] makes another.
///
/// Reading does not stop at the first mistake. A getter that finds nothing fitting notes the problem, with
/// the full path of the key, and returns a placeholder (1 for numbers, empty for the rest); [#check]
/// throws one [ConfigException] with all that was noted in any section. So a builder reads all of its
/// keys, declares them by [#allow], calls `check()`, and only then builds:
///
/// ```
/// Config lr = config.at("Optimizer.lr");
/// double rate = lr.number("learning_rate");
/// double warmUp = lr.number("warmup_epoch", 0);
/// lr.allow("name", "learning_rate", "warmup_epoch").check();
/// ```
///
/// Which keys were asked for is remembered by the whole configuration, present or not, so that in the end [#unread] tells
/// what had no effect.
///
/// A key that is present with the value null counts as absent. Getters and `check` are for one thread;
/// [#raw] may be shared.
///
/// Long because each kind of value has its getters, a few lines each, with and without a value for what is absent.
// Over 400 lines: one getter for each kind of value, three ways each.
public final class Config {
  private static final long MOST_BYTES = 16L << 20;

  private final Map<String, @Nullable Object> values;
  private final String path;
  private final List<String> problems;
  private final Reads reads;

  /// The outermost section that is not there, where this one stands for one that is not; else empty.
  private final String absent;

  private Config(
      Map<String, @Nullable Object> values, String path, List<String> problems, Reads reads) {
    this(values, path, problems, reads, "");
  }

  private Config(
      Map<String, @Nullable Object> values,
      String path,
      List<String> problems,
      Reads reads,
      String absent) {
    this.values = values;
    this.path = path;
    this.problems = problems;
    this.reads = reads;
    this.absent = absent;
  }

  /// Reads a YAML file (UTF-8, with or without a byte order mark).
  ///
  /// @throws ConfigException where the file can't be read or is not such a configuration
  public static Config read(Path file) {
    try {
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        // A pipe would be waited for, a device read without an end.
        throw new ConfigException(
            file
                + (Files.isDirectory(file)
                    ? ": this is a folder, expected a YAML file"
                    : ": this is a pipe, a device or a socket, expected a YAML file"));
      }
      long size = Files.size(file);
      if (size > MOST_BYTES) {
        throw new ConfigException(
            "%s: the file has %,d bytes, a configuration at most %,d: is it what you meant?"
                .formatted(file, size, MOST_BYTES));
      }
      String text = Files.readString(file);
      Config read = parse(text.startsWith("\uFEFF") ? text.substring(1) : text, file.toString());
      if (read.values.isEmpty()) {
        throw new ConfigException(file + ": the file is empty, expected a configuration");
      }
      return read;
    } catch (CharacterCodingException e) {
      throw new ConfigException(file + ": not UTF-8 text");
    } catch (IOException e) {
      throw new ConfigException(
          file
              + ": "
              + (Files.exists(file) ? "can't be read: " + e.getMessage() : "does not exist"));
    }
  }

  /// Reads YAML text.
  ///
  /// @param source names the text in errors
  public static Config parse(String yaml, String source) {
    YamlReader.Contents contents = YamlReader.read(yaml, source);
    return new Config(
        contents.values(), "", new ArrayList<>(), new Reads(List.of(), contents.lines()));
  }

  /// A configuration made of plain maps, lists, texts, numbers, flags and nulls.
  public static Config of(Map<String, ? extends @Nullable Object> values) {
    return new Config(Values.map(values), "", new ArrayList<>(), new Reads(List.of(), Map.of()));
  }

  /// Runs several readers, each of which may throw [ConfigException], and throws all their problems at once.
  public static void all(Runnable... readers) {
    List<String> found = new ArrayList<>();
    for (Runnable reader : readers) {
      try {
        reader.run();
      } catch (ConfigException e) {
        found.addAll(e.problems());
      }
    }
    if (!found.isEmpty()) {
      throw new ConfigException(found.stream().distinct().toList());
    }
  }

  /// This configuration with `key.path=value` options applied in order; numbers in a path are positions in
  /// lists. Values are Python literals or simple arithmetic (`0.8/4`, `[3,224,224]`, `None`), lists of
  /// words without quotes (`[mug,bowl]`), else text. Levels
  /// that are missing are created, which [#notes] tells. Whole configurations only, not sections.
  ///
  /// @throws ConfigException with every option that does not fit
  public Config override(List<String> options) {
    if (!path.isEmpty()) {
      throw new IllegalStateException("options apply to a whole configuration, this is " + path);
    }
    if (options.isEmpty()) {
      return this;
    }
    var overrides = new Overrides(values);
    Map<String, @Nullable Object> changed = overrides.apply(options);
    return new Config(changed, "", new ArrayList<>(), reads.with(overrides.options()));
  }

  /// What [#override] created, one line each, whether anything reads it or not.
  public List<String> notes() {
    return reads.options().stream().flatMap(o -> o.messages().stream()).toList();
  }

  /// Whether somebody asked so far for the key or section `path`, or for anything below it.
  public boolean isRead(String path) {
    return reads.touches(path);
  }

  /// The full paths of all values, of any section, that nobody asked for so far; lists of sections are looked into, lists of
  /// plain values are one value. A section that was taken as a whole, by [#raw] or [#value], counts as asked for: whoever
  /// took it answers for its keys.
  public List<String> unread() {
    return reads.unread(root());
  }

  /// As [#unread], of what [#override] set: a key that nobody asks for is most likely misspelt.
  public List<String> unreadOptions() {
    List<String> unread = unread();
    return reads.options().stream()
        .map(Overrides.Option::path)
        // The other way round for an item of a plain list, which is one value.
        .flatMap(p -> unread.stream().filter(u -> Reads.within(u, p) || Reads.within(p, u)))
        .distinct()
        .toList();
  }

  /// Every value of this configuration, and every value that readers took for one that is not there, by full path: first those of
  /// the file and of options in their order, then the others in the order in which they were asked for. Lists of plain values are one
  /// value.
  public List<Setting> settings() {
    List<Setting> all = new ArrayList<>();
    Set<String> unread = new HashSet<>(unread());
    Map<String, @Nullable Object> present = Values.leaves(root());
    present.forEach((at, value) -> {
      Origin origin = reads.isOption(at) ? Origin.OPTION : Origin.FILE;
      boolean read = !unread.contains(at) && !reads.isTold(at);
      all.add(new Setting(at, value, origin, reads.line(at), read));
    });
    reads
        .defaults()
        .forEach((at, value) -> {
          if (!present.containsKey(at)) {
            all.add(new Setting(at, value, Origin.DEFAULT, OptionalInt.empty(), true));
          }
        });
    return List.copyOf(all);
  }

  /// Where a value comes from.
  public enum Origin {
    /// The file.
    FILE,
    /// An option `key=value`.
    OPTION,
    /// Whoever asked for it: there is none.
    DEFAULT
  }

  /// A value with its origin.
  ///
  /// @param path full path
  /// @param line where it stands in the file, from 1
  /// @param read whether anything asked for it so far
  public record Setting(
      String path, @Nullable Object value, Origin origin, OptionalInt line, boolean read) {}

  /// The key, of those that were asked for, whose name is most like that of `path`; empty where none is like it.
  public Optional<String> nearest(String path) {
    return reads.nearest(path);
  }

  /// The same values and record of reading, with problems of its own: what is noted there is not thrown by [#check] here.
  /// For sections that a command does not use but must know the keys of.
  public Config apart() {
    return new Config(values, path, new ArrayList<>(), reads, absent);
  }

  /// Full path of this section, empty for the whole.
  public String path() {
    return path;
  }

  /// The keys of this section, in order.
  public Set<String> keys() {
    return values.keySet();
  }

  /// The section as unmodifiable plain Java: [Map], [List], [String], [Long], [Double], [Boolean], null.
  public Map<String, @Nullable Object> raw() {
    reads.whole(path);
    return values;
  }

  /// The value at `key` or below it (`a.b.0.c`), if there is one that is not null.
  public Optional<Object> value(String key) {
    reads.whole(full(key));
    return look(key);
  }

  /// As [#value], where what lies below `key` is read by itself.
  private Optional<Object> look(String key) {
    reads.ask(full(key));
    return Optional.ofNullable(find(values, key));
  }

  private static @Nullable Object find(Map<String, @Nullable Object> values, String key) {
    Object at = values;
    for (String step : key.split("\\.", -1)) {
      at =
          switch (at) {
            case Map<?, ?> map -> map.get(step);
            case List<?> list
                when step.matches("\\d{1,9}") && Integer.parseInt(step) < list.size() ->
                list.get(Integer.parseInt(step));
            case null, default -> null;
          };
    }
    return at;
  }

  /// Whether there is a value, other than null, at `key`.
  public boolean has(String key) {
    return look(key).isPresent();
  }

  /// Whether the value at `key` is a list.
  public boolean isList(String key) {
    return look(key).orElse("") instanceof List<?>;
  }

  /// Whether `key` stands there with the value null, which some settings take for "none".
  public boolean isNull(String key) {
    reads.ask(full(key));
    return values.containsKey(key) && values.get(key) == null;
  }

  /// The section `key` (or a path of keys); an empty one, and a problem, where there is none. Of what lies in that no problem is
  /// made: the section alone is told.
  public Config at(String key) {
    return find(key)
        .orElseGet(() -> {
          missing(key, "a section");
          return new Config(Map.of(), full(key), problems, reads, absentAt(key).orElse(full(key)));
        });
  }

  /// The section `key` (or a path of keys), if there is one.
  public Optional<Config> find(String key) {
    return look(key)
        .flatMap(v ->
            v instanceof Map<?, ?> map
                ? Optional.of(section(map, key))
                : wrong(key, "a section", v));
  }

  /// A text. Numbers and flags are not taken for texts.
  public String text(String key) {
    return optionalText(key).orElseGet(() -> missing(key, "a text", ""));
  }

  /// A text, or `fallback` where there is none.
  public String text(String key, String fallback) {
    reads.askOr(full(key), fallback);
    return optionalText(key).orElse(fallback);
  }

  /// A text, if there is one.
  public Optional<String> optionalText(String key) {
    return value(key)
        .flatMap(v -> v instanceof String s ? Optional.of(s) : wrong(key, "a text", v));
  }

  /// A number; a text like `1.0/255.0` is worked out.
  public double number(String key) {
    return asNumber(key).orElseGet(() -> missing(key, "a number", 1.0));
  }

  /// A number of a range; one that does not lie in it is a problem.
  public double number(String key, Range range) {
    return asNumber(key)
        .map(n -> ranged(key, n, 1, range))
        .orElseGet(() -> missing(key, "a number", 1.0));
  }

  /// A number, or `fallback` where there is none.
  public double number(String key, double fallback) {
    reads.askOr(full(key), fallback);
    return asNumber(key).orElse(fallback);
  }

  /// A number of a range, or `fallback` where there is none or one that does not lie in it, which is a problem.
  public double number(String key, double fallback, Range range) {
    reads.askOr(full(key), fallback);
    return asNumber(key).map(n -> ranged(key, n, fallback, range)).orElse(fallback);
  }

  /// A number, if there is one.
  public OptionalDouble optionalNumber(String key) {
    return asNumber(key).map(OptionalDouble::of).orElseGet(OptionalDouble::empty);
  }

  /// A whole number that fits into 32 bits.
  public int integer(String key) {
    return asInteger(key).orElseGet(() -> missing(key, "a whole number", 1));
  }

  /// A whole number of at least 1 that must be there.
  public int positive(String key) {
    return has(key) ? integer(key, 1, 1) : integer(key);
  }

  /// A whole number that fits into 32 bits, or `fallback` where there is none.
  public int integer(String key, int fallback) {
    reads.askOr(full(key), fallback);
    return asInteger(key).orElse(fallback);
  }

  /// A whole number of at least `min`, or `fallback` where there is none or a smaller one, which is a problem.
  public int integer(String key, int fallback, int min) {
    int value = integer(key, fallback);
    if (value < min && value != fallback) {
      problem(key, "expected a whole number of at least %d, found %d".formatted(min, value));
      return fallback;
    }
    return value;
  }

  /// Two whole numbers of at least `min`; one number alone counts for both. Empty where there is none, or what is there does not fit,
  /// which is a problem.
  public Optional<int[]> pair(String key, int min) {
    return value(key)
        .flatMap(v -> {
          List<?> items = v instanceof List<?> list ? list : List.of(v, v);
          List<Long> fit =
              items.stream()
                  .flatMap(i -> whole(i).stream())
                  .filter(n -> n >= min && n <= Integer.MAX_VALUE)
                  .toList();
          return items.size() == 2 && fit.size() == 2
              ? Optional.of(fit.stream().mapToInt(Long::intValue).toArray())
              : wrong(key, "one whole number or two, each at least " + min, v);
        });
  }

  /// One of the words `allowed`, or `fallback` where there is none.
  public String word(String key, String fallback, String... allowed) {
    String word = text(key, fallback);
    if (!Arrays.asList(allowed).contains(word) && !word.equals(fallback)) {
      problem(key, "expected one of " + String.join(", ", allowed) + ", found '" + word + "'");
      return fallback;
    }
    return word;
  }

  /// A whole number, if there is one.
  public OptionalLong optionalLong(String key) {
    return value(key)
        .flatMap(v -> whole(v).or(() -> wrong(key, "a whole number", v)))
        .map(OptionalLong::of)
        .orElseGet(OptionalLong::empty);
  }

  /// A flag. The texts `true` and `false`, which `-o` leaves as they are, count.
  public boolean flag(String key) {
    return asFlag(key).orElseGet(() -> missing(key, "True or False", false));
  }

  /// A flag, or `fallback` where there is none.
  public boolean flag(String key, boolean fallback) {
    reads.askOr(full(key), fallback);
    return asFlag(key).orElse(fallback);
  }

  /// A list of numbers; one number alone is a list of one. Empty where there is none.
  public double[] numbers(String key) {
    return plain(key).stream()
        .mapToDouble(
            v -> number(v).filter(Double::isFinite).orElseGet(() -> item(key, "numbers", v, 1.0)))
        .toArray();
  }

  /// A list of numbers of a range, see [#numbers(String)]; each that does not lie in it is a problem.
  public double[] numbers(String key, Range range) {
    return Arrays.stream(numbers(key)).map(n -> ranged(key, n, n, range)).toArray();
  }

  /// A list of whole numbers; one number alone is a list of one. Empty where there is none.
  public long[] integers(String key) {
    return plain(key).stream()
        .mapToLong(v -> whole(v).orElseGet(() -> item(key, "whole numbers", v, 1L)))
        .toArray();
  }

  /// A list of texts; one text alone is a list of one. Empty where there is none.
  public List<String> texts(String key) {
    return plain(key).stream()
        .map(v -> v instanceof String s ? s : item(key, "texts", v, ""))
        .toList();
  }

  /// A list of sections. Empty where there is none.
  public List<Config> sections(String key) {
    List<Config> found = new ArrayList<>();
    List<?> items = items(key);
    for (int i = 0; i < items.size(); i++) {
      Object item = items.get(i);
      found.add(
          item instanceof Map<?, ?> map
              ? section(map, key + "." + i)
              : item(key, "sections", item, section(Map.of(), key + "." + i)));
    }
    return List.copyOf(found);
  }

  /// A list of the form `- Name: {settings}`, as losses, metrics and transforms are written; empty where there is
  /// none. `- Name:` without settings, and `- Name`, have an empty section.
  public List<Named> named(String key) {
    List<Named> found = new ArrayList<>();
    List<?> items = items(key);
    for (int i = 0; i < items.size(); i++) {
      String at = key + "." + i;
      if (items.get(i) instanceof String name) {
        found.add(new Named(name, section(Map.of(), at + "." + name)));
        reads.ask(full(at));
        continue;
      }
      if (!(items.get(i) instanceof Map<?, ?> map)) {
        note(full(at), "expected one name with its settings, found " + Values.kind(items.get(i)));
        continue;
      }
      Config entry = section(map, at);
      if (entry.values.size() != 1) {
        note(
            entry.path,
            "expected one name with its settings, found "
                + (entry.values.isEmpty() ? "none" : String.join(", ", entry.keys())));
        continue;
      }
      String name = entry.keys().iterator().next();
      found.add(new Named(name, entry.has(name) ? entry.at(name) : entry.section(Map.of(), name)));
    }
    return List.copyOf(found);
  }

  /// Declares all keys that this section may have; any other is a problem.
  ///
  /// @return this
  public Config allow(String... known) {
    for (String key : known) {
      reads.ask(full(key));
    }
    for (String key : values.keySet()) {
      if (!Arrays.asList(known).contains(key)) {
        reads.tell(full(key));
        note(full(key), "unknown; known here: " + String.join(", ", known));
      }
    }
    return this;
  }

  /// Makes a problem of each key of this section that nobody asked for so far.
  ///
  /// @param owner what the keys are settings of, for the message
  /// @return this
  public Config refuseUnread(String owner) {
    List<String> known = reads.below(path);
    for (String key : values.keySet()) {
      String full = full(key);
      if (!known.contains(key)) {
        reads.tell(full);
        String near =
            reads.nearestBelow(path, key).map(n -> "; do you mean " + n + "?").orElse(".");
        note(full, "is no setting of " + owner + near + " It has: " + String.join(", ", known));
      }
    }
    return this;
  }

  /// Takes all keys of this section that nobody asked for so far, since its reading ends early: they are neither read nor mistakes.
  ///
  /// @return this
  public Config leaveRest() {
    List<String> known = reads.below(path);
    values.keySet().stream().filter(k -> !known.contains(k)).forEach(k -> reads.whole(full(k)));
    return this;
  }

  /// How many problems were noted since the last check, in any section of this configuration.
  public int problemCount() {
    return problems.size();
  }

  /// Notes a problem with the value of `key`, e.g. one out of range; with the section itself where `key` is empty.
  ///
  /// @return this
  public Config problem(String key, String message) {
    note(full(key), message);
    return this;
  }

  /// Throws all that was noted since the last check, in any section of this configuration.
  ///
  /// @return this
  /// @throws ConfigException with all problems
  public Config check() {
    if (!problems.isEmpty()) {
      List<String> found = problems.stream().distinct().toList();
      problems.clear();
      throw new ConfigException(found);
    }
    return this;
  }

  /// The section as YAML that reads back as the same values.
  public String toYaml() {
    return YamlWriter.write(values);
  }

  /// The whole, one key a line, as the training log shows it.
  ///
  /// @param line receives each line, with four blanks a level
  public void print(Consumer<String> line) {
    print(values, 0, line);
  }

  /// One entry of a list of named sections.
  ///
  /// @param name e.g. `CELoss`
  /// @param settings its section, perhaps empty
  public record Named(String name, Config settings) {}

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Config c && c.values.equals(values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return (path.isEmpty() ? "configuration " : path + " ") + values;
  }

  private Config section(Map<?, ?> map, String key) {
    Map<String, @Nullable Object> same = new LinkedHashMap<>();
    map.forEach((k, v) -> same.put(String.valueOf(k), v));
    return new Config(Collections.unmodifiableMap(same), full(key), problems, reads);
  }

  /// The whole that this is a section of. Only whole configurations know it.
  private Map<String, @Nullable Object> root() {
    if (!path.isEmpty()) {
      throw new IllegalStateException("ask the whole configuration, this is " + path);
    }
    return values;
  }

  private String full(String key) {
    return path.isEmpty() || key.isEmpty() ? path + key : path + "." + key;
  }

  /// Notes a problem with a value, which is named by its full path and the line where it stands.
  private void note(String path, String problem) {
    OptionalInt line = reads.line(path);
    problems.add(
        path + ": " + problem + (line.isPresent() ? " (line " + line.getAsInt() + ")" : ""));
  }

  private void missing(String key, String expected) {
    missing(key, expected, "");
  }

  private <T> T missing(String key, String expected, T placeholder) {
    Optional<String> outer = absentAt(key);
    String told = outer.orElse(full(key));
    if (problems.stream().noneMatch(p -> p.startsWith(told + ": "))) {
      note(told, "missing, expected " + (outer.isPresent() ? "a section" : expected));
    }
    return placeholder;
  }

  /// The outermost section that is not there of those that `key` lies in.
  private Optional<String> absentAt(String key) {
    if (!absent.isEmpty()) {
      return Optional.of(absent);
    }
    for (int dot = key.indexOf('.'); dot >= 0; dot = key.indexOf('.', dot + 1)) {
      String outer = key.substring(0, dot);
      if (find(values, outer) == null) {
        return Optional.of(full(outer));
      }
    }
    return Optional.empty();
  }

  private double ranged(String key, double value, double fallback, Range range) {
    if (range.contains(value)) {
      return value;
    }
    problem(key, "expected " + range.words() + ", found " + Range.shown(value));
    return fallback;
  }

  private <T> Optional<T> wrong(String key, String expected, Object found) {
    note(full(key), "expected " + expected + ", found " + Values.kind(found));
    return Optional.empty();
  }

  private <T> T item(String key, String expected, @Nullable Object found, T placeholder) {
    note(full(key), "expected a list of " + expected + ", found " + Values.kind(found) + " in it");
    return placeholder;
  }

  private List<?> plain(String key) {
    reads.whole(full(key));
    return items(key);
  }

  private List<?> items(String key) {
    Object v = look(key).orElse(List.of());
    return v instanceof List<?> list ? list : List.of(v);
  }

  private Optional<Double> asNumber(String key) {
    return value(key)
        .flatMap(v ->
            number(v)
                .filter(Double::isFinite)
                .or(() -> wrong(key, number(v).isPresent() ? "a finite number" : "a number", v)));
  }

  private Optional<Integer> asInteger(String key) {
    return value(key)
        .flatMap(v ->
            whole(v)
                .filter(n -> n == (int) (long) n)
                .map(n -> (int) (long) n)
                .or(() -> wrong(key, "a whole number", v)));
  }

  private Optional<Boolean> asFlag(String key) {
    return value(key)
        .flatMap(v ->
            switch (v) {
              case Boolean b -> Optional.of(b);
              case String s when s.equalsIgnoreCase("true") -> Optional.of(true);
              case String s when s.equalsIgnoreCase("false") -> Optional.of(false);
              default -> wrong(key, "True or False", v);
            });
  }

  private static Optional<Double> number(@Nullable Object value) {
    return switch (value) {
      case Number n -> Optional.of(n.doubleValue());
      case String s ->
          Literal.read(s, true)
              .filter(l -> l.value() instanceof Number)
              .flatMap(l -> number(l.value()));
      case null, default -> Optional.empty();
    };
  }

  private static Optional<Long> whole(@Nullable Object value) {
    return number(value)
        .filter(d -> d == Math.rint(d) && Math.abs(d) < 0x1p63)
        .map(d -> value instanceof Long l ? l : (long) (double) d);
  }

  private static void print(Map<?, ?> section, int level, Consumer<String> line) {
    String indent = "    ".repeat(level);
    section.forEach((key, value) -> {
      if (value instanceof Map<?, ?> map) {
        line.accept(indent + key + " : ");
        print(map, level + 1, line);
      } else if (value instanceof List<?> list && list.stream().anyMatch(Map.class::isInstance)) {
        line.accept(indent + key + " : ");
        list.forEach(item -> {
          if (item instanceof Map<?, ?> map) {
            print(map, level + 1, line);
          } else {
            line.accept(indent + "    " + item);
          }
        });
      } else {
        line.accept(indent + key + " : " + printed(value));
      }
      if (level == 0) {
        line.accept("-".repeat(60));
      }
    });
  }

  private static Object printed(@Nullable Object value) {
    return switch (value) {
      case null -> "None";
      case Boolean b -> b ? "True" : "False";
      default -> value;
    };
  }
}
