package ai.fovea.gallery;

import ai.fovea.gallery.internal.FilterText;
import ai.fovea.gallery.internal.Texts;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// A condition on the images of a gallery, as data:
/// `Filter.label("mug").and(Filter.attribute("shop", "7").negate())`.
///
/// The same as text, for commands and servers ([#parse], [#text()]):
///
///     label = mug and not attribute shop = 7
///     label in (mug, "tea cup") or (attribute shelf and attribute shop = 7)
///
/// | text | accepts |
/// |---|---|
/// | `everything` | every image |
/// | `label = L`, `label in (L, M, …)` | images with this label, with one of these |
/// | `attribute K = V` | images whose attribute `K` has the value `V` |
/// | `attribute K` | images that have an attribute `K` |
/// | `not F`, `F and G`, `F or G`, `(F)` | as in logic; `not` binds most tightly, `or` least |
///
/// A label, key or value that holds more than letters, digits and the characters `-_.:/@+#%`, or is
/// one of the words above, stands in double quotes, in which `\"` and `\\` stand for a quote and a
/// backslash.
///
/// Filters are kept in a normal form: an [And] in an [And] is one, an [Or] in an [Or] likewise, and
/// two negations of a negation are left out. So joining in a loop nests nothing. What is nested
/// more than 100 deep even so (each [And] and [Or] in another one is a level) is refused with an
/// [IllegalArgumentException], by constructors as by [#parse].
///
/// Immutable. [Matching] alone can't be written down or sent; whoever can't evaluate a filter says
/// so ([Guarantees#require]).
public sealed interface Filter {

  /// The kinds of filters, by which an implementation tells which it evaluates.
  enum Kind {
    /// [Everything].
    EVERYTHING,
    /// [Labels].
    LABEL,
    /// [AttributeEquals].
    ATTRIBUTE_VALUE,
    /// [AttributePresent].
    ATTRIBUTE_PRESENT,
    /// [And].
    AND,
    /// [Or].
    OR,
    /// [Not].
    NOT,
    /// [Matching].
    PREDICATE
  }

  /// Accepts every image.
  record Everything() implements Filter {}

  /// Accepts images with one of these labels, each as given or in Unicode's composed form (NFC), as
  /// galleries keep labels.
  ///
  /// @param labels at least one
  record Labels(Set<String> labels) implements Filter {
    /// Checks and copies.
    public Labels {
      if (labels.isEmpty()) {
        throw new IllegalArgumentException("a filter of labels has none: expected at least one");
      }
      labels = Collections.unmodifiableSet(new TreeSet<>(labels));
    }
  }

  /// Accepts images whose attribute `key` has this value.
  record AttributeEquals(String key, String value) implements Filter {}

  /// Accepts images that have an attribute `key`, with any value.
  record AttributePresent(String key) implements Filter {}

  /// Accepts images that all of `filters` accept.
  ///
  /// @param filters at least one
  record And(List<Filter> filters) implements Filter {
    /// Checks and copies; takes the parts of an [And] instead of it.
    public And {
      filters =
          joined(filters.stream().flatMap(f -> f instanceof And and ? and.stream() : Stream.of(f)));
    }

    private Stream<Filter> stream() {
      return filters.stream();
    }
  }

  /// Accepts images that one of `filters` accepts.
  ///
  /// @param filters at least one
  record Or(List<Filter> filters) implements Filter {
    /// Checks and copies; takes the parts of an [Or] instead of it.
    public Or {
      filters =
          joined(filters.stream().flatMap(f -> f instanceof Or or ? or.stream() : Stream.of(f)));
    }

    private Stream<Filter> stream() {
      return filters.stream();
    }
  }

  /// Accepts images that `filter` refuses.
  record Not(Filter filter) implements Filter {
    /// Leaves two negations of a negation out.
    public Not {
      if (filter instanceof Not(Not(Filter inner))) {
        filter = inner;
      }
    }
  }

  /// Accepts what a Java predicate accepts: in this process alone, since it can't be sent.
  ///
  /// @param predicate called with some images, in any order, by any of a search's threads; must not
  ///     use the gallery
  record Matching(Predicate<? super Entry> predicate) implements Filter {}

  /// Returns the filter that accepts every image.
  static Filter everything() {
    return new Everything();
  }

  /// Returns a filter for one label.
  static Filter label(String label) {
    return new Labels(Set.of(label));
  }

  /// Returns a filter for several labels, at least one.
  static Filter labels(Set<String> labels) {
    return new Labels(labels);
  }

  /// Returns a filter for an attribute with this value.
  static Filter attribute(String key, String value) {
    return new AttributeEquals(key, value);
  }

  /// Returns a filter for an attribute with any value.
  static Filter attribute(String key) {
    return new AttributePresent(key);
  }

  /// Returns a filter by a Java predicate, which readers of this process alone evaluate.
  static Filter matching(Predicate<? super Entry> predicate) {
    return new Matching(predicate);
  }

  /// Reads what [#text()] writes.
  ///
  /// @throws IllegalArgumentException for anything else, telling where it is wrong and what was
  ///     expected
  static Filter parse(String text) {
    return FilterText.parse(text);
  }

  /// Returns this filter as text.
  ///
  /// @throws IllegalArgumentException where a part of it is a [Matching]
  default String text() {
    return FilterText.write(this);
  }

  /// Returns a filter that accepts what both accept.
  default Filter and(Filter other) {
    return new And(List.of(this, other));
  }

  /// Returns a filter that accepts what one of them accepts.
  default Filter or(Filter other) {
    return new Or(List.of(this, other));
  }

  /// Returns a filter that accepts what this one refuses.
  default Filter negate() {
    return new Not(this);
  }

  /// Returns the kind of this filter.
  default Kind kind() {
    return switch (this) {
      case Everything _ -> Kind.EVERYTHING;
      case Labels _ -> Kind.LABEL;
      case AttributeEquals _ -> Kind.ATTRIBUTE_VALUE;
      case AttributePresent _ -> Kind.ATTRIBUTE_PRESENT;
      case And _ -> Kind.AND;
      case Or _ -> Kind.OR;
      case Not _ -> Kind.NOT;
      case Matching _ -> Kind.PREDICATE;
    };
  }

  /// Returns the kinds of this filter and of all its parts.
  default Set<Kind> kinds() {
    EnumSet<Kind> kinds = EnumSet.of(kind());
    switch (this) {
      case And and -> and.filters.forEach(part -> kinds.addAll(part.kinds()));
      case Or or -> or.filters.forEach(part -> kinds.addAll(part.kinds()));
      case Not not -> kinds.addAll(not.filter.kinds());
      case Everything _, Labels _, AttributeEquals _, AttributePresent _, Matching _ -> {}
    }
    return kinds;
  }

  /// Returns whether this filter accepts an image.
  default boolean test(Entry entry) {
    return switch (this) {
      case Everything _ -> true;
      case Labels labels ->
          labels.labels.contains(entry.label())
              || labels.labels.stream().anyMatch(l -> Texts.label(l).equals(entry.label()));
      case AttributeEquals attribute ->
          attribute.value.equals(entry.attributes().get(attribute.key));
      case AttributePresent attribute -> entry.attributes().containsKey(attribute.key);
      case And and -> and.filters.stream().allMatch(part -> part.test(entry));
      case Or or -> or.filters.stream().anyMatch(part -> part.test(entry));
      case Not not -> !not.filter.test(entry);
      case Matching matching -> matching.predicate.test(entry);
    };
  }

  private static List<Filter> joined(Stream<Filter> parts) {
    List<Filter> filters = parts.toList();
    if (filters.isEmpty()) {
      throw new IllegalArgumentException("a filter joins no others: expected at least one");
    }
    FilterText.requireShallow(filters);
    return filters;
  }
}
