package ai.fovea.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FilterTest {
  private static final Entry MUG =
      new Entry(7, "mug", Optional.empty(), Map.of("shop", "7", "empty", ""));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "everything",
        "label = mug",
        "label in (cup, mug)",
        "attribute shop = 7",
        "attribute shop",
        "attribute empty = \"\"",
        "not label = cup",
        "label = cup or attribute shop",
        "label = cup or label = mug and attribute shop = 7",
        "(label = cup or label = mug) and attribute shop = 7",
        "not (label = mug and attribute shop = 8)",
        "not not label = mug",
        "  label=mug and(attribute shop=7)"
      })
  void textsThatAcceptAMug(String text) {
    Filter filter = Filter.parse(text);
    assertThat(filter.test(MUG)).isTrue();
    assertThat(Filter.parse(filter.text())).isEqualTo(filter);
    assertThat(Filter.parse("not (" + text + ")").test(MUG)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "label = cup",
        "label in (cup, pot)",
        "label = Mug",
        "attribute shop = 8",
        "attribute shop = \"\"",
        "attribute shelf",
        "label = mug and label = cup",
        "not everything"
      })
  void textsThatRefuseAMug(String text) {
    assertThat(Filter.parse(text).test(MUG)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``| expected 'label', 'attribute', 'everything', 'not' or '(' at position 1, got its end",
        "label| expected '=' at position 6, got its end",
        "label mug| expected '=' at position 7, got 'mug'",
        "label = | expected a label at position 8",
        "label = and| expected a label at position 9, got 'and'",
        "label in ()| expected a label at position 11, got ')'",
        "label in (a| expected ')' at position 12, got its end",
        "label = a label = b| expected 'and', 'or' or the end at position 11, got 'label'",
        "label = red mug| expected 'and', 'or' or the end at position 13, got 'mug'",
        "attribute = 7| expected the name of an attribute at position 11, got '='",
        "shop = 7| expected 'label', 'attribute', 'everything', 'not' or '(' at position 1, got"
            + " 'shop'",
        "label = \"a| the quote at position 9 is not closed",
        "label = a)| expected 'and', 'or' or the end at position 10, got ')'",
      })
  void textsThatAreNoFiltersSayWhere(String text, String problem) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Filter.parse(text))
        .withMessageContaining("filter '" + text)
        .withMessageContaining(problem);
  }

  @Test
  void everyFilterComesBackFromItsText() {
    Random random = new Random(2);
    for (int i = 0; i < 2000; i++) {
      Filter filter = random(random, 4);
      assertThat(Filter.parse(filter.text())).as(filter.text()).isEqualTo(filter);
    }
  }

  private static Filter random(Random random, int depth) {
    return switch (random.nextInt(depth == 0 ? 4 : 7)) {
      case 0 -> Filter.everything();
      case 1 -> {
        Set<String> labels = new HashSet<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
          labels.add(text(random));
        }
        yield Filter.labels(labels);
      }
      case 2 -> Filter.attribute(text(random), text(random));
      case 3 -> Filter.attribute(text(random));
      case 4 -> new Filter.And(parts(random, depth));
      case 5 -> new Filter.Or(parts(random, depth));
      default -> random(random, depth - 1).negate();
    };
  }

  private static List<Filter> parts(Random random, int depth) {
    List<Filter> parts = new ArrayList<>();
    for (int i = random.nextInt(2); i >= -1; i--) {
      parts.add(random(random, depth - 1));
    }
    return parts;
  }

  private static String text(Random random) {
    String[] pieces = {
      "mug", "and", "\"", "\\", " ", "ü", "(", "=", "label", "7", ",", "😀", "-", ""
    };
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(4); i >= 0; i--) {
      text.append(pieces[random.nextInt(pieces.length)]);
    }
    return text.toString();
  }

  @Test
  void textThatIsNestedTooDeepIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Filter.parse("(".repeat(100_000) + "everything"))
        .withMessageContaining("nested");
  }

  @Test
  void joiningInALoopNestsNothing() {
    Filter any = Filter.label("l0");
    Filter all = Filter.attribute("a0");
    Filter before = Filter.label("l0");
    for (int i = 1; i < 5000; i++) {
      any = any.or(Filter.label("l" + i));
      all = all.and(Filter.attribute("a" + i));
      before = Filter.label("l" + i).or(before);
    }
    for (Filter filter : List.of(any, all, before, any.and(all).negate())) {
      assertThat(Filter.parse(filter.text())).isEqualTo(filter);
      assertThat(filter.kinds()).hasSizeGreaterThan(1);
      assertThat(filter.test(new Entry(1, "none", Optional.empty(), Map.of())))
          .isEqualTo(filter instanceof Filter.Not);
    }
    assertThat(any.test(new Entry(1, "l4999", Optional.empty(), Map.of()))).isTrue();
    assertThat(before.test(new Entry(1, "l0", Optional.empty(), Map.of()))).isTrue();
    Filter a = Filter.label("a");
    Filter b = Filter.label("b");
    Filter c = Filter.label("c");
    assertThat(a.or(b.or(c)))
        .isEqualTo(a.or(b).or(c))
        .isEqualTo(new Filter.Or(List.of(a, b, c)))
        .isEqualTo(Filter.parse("label = a or (label = b or label = c)"));
    assertThat(a.and(b.and(c))).isEqualTo(new Filter.And(List.of(a, b, c)));
  }

  @Test
  void manyNegationsAreFew() {
    Filter mug = Filter.label("mug");
    Filter filter = mug;
    for (int i = 1; i <= 100_000; i++) {
      filter = filter.negate();
      if (i % 999 == 0) {
        assertThat(filter.test(MUG)).isEqualTo(i % 2 == 0);
        assertThat(Filter.parse(filter.text())).isEqualTo(filter);
      }
    }
    assertThat(filter).isEqualTo(mug.negate().negate());
    assertThat(filter.kinds()).containsExactlyInAnyOrder(Filter.Kind.LABEL, Filter.Kind.NOT);
    assertThat(Filter.parse("not ".repeat(100_001) + "label = mug")).isEqualTo(mug.negate());
  }

  /// Whatever can be made can be written and read again: what is too deep can't be made.
  @Test
  void whatCanBeMadeCanBeRead() {
    Filter filter = Filter.label("a");
    for (int level = 1; level <= 100; level++) {
      Filter leaf = Filter.label("l" + level);
      filter = (level % 2 == 0 ? filter.and(leaf) : filter.or(leaf)).negate().negate();
      assertThat(Filter.parse(filter.text())).isEqualTo(filter);
      assertThat(filter.test(MUG)).isFalse();
    }
    Filter deepest = filter;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> deepest.or(Filter.label("b")))
        .withMessage("the filter is nested more than 100 deep");
  }

  @Test
  void aPredicateHasNoText() {
    Filter filter = Filter.label("a").or(Filter.matching(entry -> true));
    assertThat(filter.test(MUG)).isTrue();
    assertThat(filter.kinds())
        .containsExactlyInAnyOrder(Filter.Kind.LABEL, Filter.Kind.OR, Filter.Kind.PREDICATE);
    assertThatIllegalArgumentException()
        .isThrownBy(filter::text)
        .withMessageContaining("predicate");
  }

  @Test
  void labelsAreComparedComposedToo() {
    Entry entry = new Entry(1, "caf\u00e9", Optional.empty(), Map.of());
    assertThat(Filter.label("cafe\u0301").test(entry)).isTrue();
    assertThat(Filter.labels(Set.of("cafe\u0301", "x")).test(entry)).isTrue();
    try (LocalGallery gallery = LocalGallery.inMemory(new GallerySettings("m", 1, Similarity.L2))) {
      gallery.add(NewEntry.of("cafe\u0301", new float[] {1}));
      assertThat(gallery.search(new float[] {1}, 1, Filter.label("cafe\u0301"))).hasSize(1);
      assertThat(gallery.search(new float[] {1}, 1, Filter.label("caf\u00e9"))).hasSize(1);
    }
  }

  @Test
  void aFilterOfNoLabelsIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Filter.labels(Set.of()));
    assertThatIllegalArgumentException().isThrownBy(() -> new Filter.And(List.of()));
    assertThatIllegalArgumentException().isThrownBy(() -> new Filter.Or(List.of()));
  }
}
