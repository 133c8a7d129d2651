package ai.fovea.graph;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// One dimension of a tensor: an integer, the name of a size that is only known when a network runs (`N`, the batch size; `H`, `W`), or
/// arithmetic of these: `64*N`, `H + 2`, `floor((H + 1)/2)`.
///
/// Kept as a polynomial with integer coefficients over names and rounded-down quotients, in one normal form: two dimensions that this arithmetic can show
/// to be equal are equal as objects. Names stand for positive integers. Immutable.
public final class Dim {
  /// The batch size, `N`.
  public static final Dim BATCH = named("N");

  /// 1.
  public static final Dim ONE = of(1);

  /// What a term is a product of.
  private sealed interface Factor extends Comparable<Factor> {
    String text();

    @Override
    default int compareTo(Factor other) {
      return text().compareTo(other.text());
    }
  }

  private record Name(String text) implements Factor {}

  /// `floor(dividend / divisor)`.
  private record Quotient(Dim dividend, long divisor) implements Factor {
    @Override
    public String text() {
      return "floor((" + dividend + ")/" + divisor + ")";
    }
  }

  // By the product that each coefficient belongs to: sorted factors; none at all for the integer.
  private final TreeMap<String, Term> terms;
  private final String text;

  private record Term(long coefficient, List<Factor> factors) {
    String key() {
      return factors.stream().map(Factor::text).collect(Collectors.joining("*"));
    }
  }

  private Dim(Collection<Term> all) {
    terms = new TreeMap<>();
    for (Term term : all) {
      terms.merge(
          term.key(),
          term,
          (a, b) -> new Term(Math.addExact(a.coefficient, b.coefficient), a.factors));
    }
    terms.values().removeIf(t -> t.coefficient == 0);
    text = text();
  }

  /// A fixed dimension.
  public static Dim of(long size) {
    return new Dim(List.of(new Term(size, List.of())));
  }

  /// A dimension known by a name.
  ///
  /// @param name letters, digits and `_`, a letter or `_` first
  /// @throws GraphException for any other name
  public static Dim named(String name) {
    if (!name.matches("[A-Za-z_][A-Za-z0-9_]*") || name.equals("floor")) {
      throw new GraphException("'" + name + "' can't be the name of a dimension");
    }
    return new Dim(List.of(new Term(1, List.of(new Name(name)))));
  }

  /// Reads what [#toString] wrote.
  ///
  /// @throws GraphException for anything else
  public static Dim parse(String text) {
    return new DimParser(text).parse();
  }

  /// The sum of this and `other`.
  public Dim plus(Dim other) {
    return new Dim(Stream.concat(terms.values().stream(), other.terms.values().stream()).toList());
  }

  /// The sum of this and `number`.
  public Dim plus(long number) {
    return plus(of(number));
  }

  /// The product of this and `other`.
  public Dim times(Dim other) {
    var products = new ArrayList<Term>();
    for (Term a : terms.values()) {
      for (Term b : other.terms.values()) {
        products.add(
            new Term(
                Math.multiplyExact(a.coefficient, b.coefficient),
                Stream.concat(a.factors.stream(), b.factors.stream()).sorted().toList()));
      }
    }
    return new Dim(products);
  }

  /// The product of this and `number`.
  public Dim times(long number) {
    return times(of(number));
  }

  /// This divided by `divisor`, rounded down.
  ///
  /// @throws GraphException if `divisor` is not positive
  public Dim dividedBy(long divisor) {
    if (divisor < 1) {
      throw new GraphException(this + " can't be divided by " + divisor);
    }
    // What divides leaves the quotient: floor((64*N + 7)/8) is 8*N + 0.
    var whole = new ArrayList<Term>();
    var rest = new ArrayList<Term>();
    for (Term term : terms.values()) {
      long quotient = Math.floorDiv(term.coefficient, divisor);
      long left = Math.floorMod(term.coefficient, divisor);
      boolean integer = term.factors.isEmpty();
      if (integer || left == 0) {
        whole.add(new Term(quotient, term.factors));
        rest.add(new Term(left, term.factors));
      } else {
        rest.add(term);
      }
    }
    Dim dividend = new Dim(rest);
    if (!dividend.isFixed()) {
      whole.add(new Term(1, List.of(new Quotient(dividend, divisor))));
    }
    return new Dim(whole);
  }

  /// This divided by `other`, where that leaves no remainder whatever the names stand for.
  ///
  /// @throws GraphException where that is not certain
  public Dim exactlyDividedBy(Dim other) {
    if (other.terms.size() != 1) {
      throw new GraphException(this + " can't be divided by " + other);
    }
    Term by = other.terms.firstEntry().getValue();
    var quotients = new ArrayList<Term>();
    for (Term term : terms.values()) {
      var left = new ArrayList<>(term.factors);
      boolean divides = term.coefficient % by.coefficient == 0;
      for (Factor factor : by.factors) {
        divides &= left.remove(factor);
      }
      if (!divides) {
        throw new GraphException(this + " can't be divided by " + other);
      }
      quotients.add(new Term(term.coefficient / by.coefficient, List.copyOf(left)));
    }
    return new Dim(quotients);
  }

  /// Whether this is an integer.
  public boolean isFixed() {
    return terms.values().stream().allMatch(t -> t.factors.isEmpty());
  }

  /// A name, or so many times a name.
  record Multiple(String name, long factor) {}

  /// This as a positive multiple of a name, where it is one.
  Optional<Multiple> multiple() {
    if (terms.size() != 1) {
      return Optional.empty();
    }
    Term term = terms.firstEntry().getValue();
    return term.coefficient > 0
            && term.factors.size() == 1
            && term.factors.getFirst() instanceof Name name
        ? Optional.of(new Multiple(name.text, term.coefficient))
        : Optional.empty();
  }

  /// How many times the dimension of that name this is, where it is a multiple of it.
  public OptionalLong multipleOf(String name) {
    return multiple().filter(m -> m.name.equals(name)).stream()
        .mapToLong(Multiple::factor)
        .findFirst();
  }

  /// The integer.
  ///
  /// @throws GraphException if this is not fixed, or beyond 2^31 - 1
  public int size() {
    if (!isFixed()) {
      throw new GraphException("the dimension " + this + " is not fixed");
    }
    long size = terms.isEmpty() ? 0 : terms.firstEntry().getValue().coefficient;
    if (size != (int) size) {
      throw new GraphException("a dimension of " + size + " is too large");
    }
    return (int) size;
  }

  /// This with integers in place of names; other names stay.
  public Dim with(Map<String, Integer> sizes) {
    if (isFixed()) {
      return this;
    }
    Dim sum = of(0);
    for (Term term : terms.values()) {
      Dim product = of(term.coefficient);
      for (Factor factor : term.factors) {
        product =
            product.times(
                switch (factor) {
                  case Name name ->
                      sizes.containsKey(name.text) ? of(sizes.get(name.text)) : named(name.text);
                  case Quotient q -> q.dividend.with(sizes).dividedBy(q.divisor);
                });
      }
      sum = sum.plus(product);
    }
    return sum;
  }

  /// How this is computed, for engines that compute sizes while they run.
  public <T> T compute(Arithmetic<T> arithmetic) {
    T sum = null;
    for (Term term : terms.values()) {
      T product = term.factors.isEmpty() ? arithmetic.integer(term.coefficient) : null;
      for (Factor factor : term.factors) {
        T value =
            switch (factor) {
              case Name name -> arithmetic.named(name.text);
              case Quotient q -> arithmetic.quotient(q.dividend.compute(arithmetic), q.divisor);
            };
        product = product == null ? value : arithmetic.product(product, value);
      }
      if (!term.factors.isEmpty() && term.coefficient != 1) {
        product =
            arithmetic.product(
                java.util.Objects.requireNonNull(product), arithmetic.integer(term.coefficient));
      }
      T whole = java.util.Objects.requireNonNull(product);
      sum = sum == null ? whole : arithmetic.sum(sum, whole);
    }
    return sum == null ? arithmetic.integer(0) : sum;
  }

  /// The operations that dimensions consist of.
  ///
  /// @param <T> what stands for an integer
  public interface Arithmetic<T> {
    /// An integer.
    T integer(long value);

    /// What a name stands for.
    T named(String name);

    /// `a + b`.
    T sum(T a, T b);

    /// `a * b`.
    T product(T a, T b);

    /// `floor(a / divisor)`.
    T quotient(T a, long divisor);
  }

  private String text() {
    if (terms.isEmpty()) {
      return "0";
    }
    // The integer, whose key is empty, comes last.
    return Stream.concat(
            terms.tailMap("", false).values().stream(), terms.headMap("", true).values().stream())
        .map(term ->
            term.factors.isEmpty()
                ? Long.toString(term.coefficient)
                : (term.coefficient == 1 ? "" : term.coefficient + "*") + term.key())
        .collect(Collectors.joining(" + "));
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Dim dim && text.equals(dim.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /// `224`, `N`, `64*N`, `H + 2`, `floor((H + 1)/2)`.
  @Override
  public String toString() {
    return text;
  }
}
