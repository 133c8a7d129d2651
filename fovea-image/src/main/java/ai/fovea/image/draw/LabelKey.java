package ai.fovea.image.draw;

import java.awt.Font;
import java.awt.GraphicsEnvironment;
import java.awt.font.FontRenderContext;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Finds fonts for labels, and gives numbers to those that no installed font has all characters of: such a label is drawn as `[1]`,
/// followed by what of it can be drawn, in place of empty boxes. One key for all images of a task gives a label the same number in
/// each. Thread-safe.
public final class LabelKey {
  private static final FontRenderContext CONTEXT = new FontRenderContext(null, true, true);

  private final Map<String, Integer> numbers = new LinkedHashMap<>();
  private final Map<String, Optional<Font>> fonts = new HashMap<>();

  /// Creates a key without numbers.
  public LabelKey() {}

  /// The labels that were drawn as numbers, each with its number, in the order of the numbers.
  public synchronized Map<String, Integer> numbers() {
    return new LinkedHashMap<>(numbers);
  }

  /// A text and a font that has all its characters.
  record Drawable(String text, Font font) {}

  /// A label as it can be drawn: in the usual font, else in the first installed one that can, else with its number.
  synchronized Drawable drawable(String label, Font usual) {
    Optional<Font> font =
        canDraw(usual, label)
            ? Optional.of(usual)
            : fonts
                .computeIfAbsent(label, LabelKey::installed)
                .map(f -> f.deriveFont(usual.getStyle(), usual.getSize2D()));
    if (font.isPresent()) {
      return new Drawable(label, font.get());
    }
    Integer known = numbers.get(label);
    int number = known == null ? numbers.size() + 1 : known;
    numbers.put(label, number);
    String rest =
        label
            .codePoints()
            .filter(c -> !isIgnorable(c) && canDraw(usual, c))
            .mapToObj(Character::toString)
            .collect(Collectors.joining())
            .strip();
    boolean legible = rest.codePoints().anyMatch(Character::isLetterOrDigit);
    return new Drawable("[" + number + "]" + (legible ? " " + rest : ""), usual);
  }

  private static Optional<Font> installed(String text) {
    return Arrays.stream(GraphicsEnvironment.getLocalGraphicsEnvironment().getAllFonts())
        .filter(f -> canDraw(f, text))
        .findFirst();
  }

  private static boolean canDraw(Font font, String text) {
    return text.codePoints().allMatch(c -> canDraw(font, c));
  }

  /// Whether something is seen of a character: Java has glyphs of fonts of coloured images, but draws nothing for them.
  private static boolean canDraw(Font font, int character) {
    if (Character.isSpaceChar(character) || isIgnorable(character)) {
      return true;
    }
    return font.canDisplay(character)
        && (character < 0x80
            || !font.createGlyphVector(CONTEXT, Character.toString(character))
                .getOutline()
                .getBounds2D()
                .isEmpty());
  }

  /// Whether a character only says how others are shown: joiners, marks of direction, variation selectors.
  private static boolean isIgnorable(int character) {
    int type = Character.getType(character);
    boolean variation =
        (character >= 0xFE00 && character <= 0xFE0F)
            || (character >= 0xE0100 && character <= 0xE01EF);
    return variation || type == Character.CONTROL || type == Character.FORMAT;
  }
}
