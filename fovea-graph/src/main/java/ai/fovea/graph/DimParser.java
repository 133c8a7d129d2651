package ai.fovea.graph;

/// Reads the text of a [Dim]: sums of products of integers, names and `floor((…)/divisor)`.
final class DimParser {
  private static final int LONGEST = 1000;
  private static final int DEEPEST = 20;

  private final String text;
  private int at;
  private int depth;

  DimParser(String text) {
    this.text = text;
  }

  Dim parse() {
    if (text.length() > LONGEST) {
      throw new GraphException("a dimension of " + text.length() + " characters is too long");
    }
    Dim dim = sum();
    if (at < text.length()) {
      throw wrong();
    }
    return dim;
  }

  private Dim sum() {
    Dim sum = product();
    while (skip(" + ")) {
      sum = sum.plus(product());
    }
    return sum;
  }

  private Dim product() {
    Dim product = factor();
    while (skip("*")) {
      product = product.times(factor());
    }
    return product;
  }

  private Dim factor() {
    if (skip("floor((")) {
      if (++depth > DEEPEST) {
        throw wrong();
      }
      Dim dividend = sum();
      expect(")/");
      Dim quotient = dividend.dividedBy(number());
      expect(")");
      depth--;
      return quotient;
    }
    int from = at;
    while (at < text.length()
        && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
      at++;
    }
    if (at > from && !Character.isDigit(text.charAt(from))) {
      return Dim.named(text.substring(from, at));
    }
    at = from;
    return Dim.of(number());
  }

  private long number() {
    int from = at;
    skip("-");
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    try {
      return Long.parseLong(text, from, at, 10);
    } catch (NumberFormatException e) {
      throw new GraphException("'" + text + "' is not a dimension", e);
    }
  }

  private boolean skip(String token) {
    boolean found = text.startsWith(token, at);
    at += found ? token.length() : 0;
    return found;
  }

  private void expect(String token) {
    if (!skip(token)) {
      throw wrong();
    }
  }

  private GraphException wrong() {
    return new GraphException("'" + text + "' is not a dimension");
  }
}
