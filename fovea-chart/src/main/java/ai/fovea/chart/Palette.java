package ai.fovea.chart;

import java.awt.Color;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/// The colours of one file: one for each group of series, the same in all its charts. Colour-blind readers can tell them apart (Okabe
/// and Ito, Color Universal Design, 2008).
final class Palette {
  static final Color PAPER = Color.WHITE;
  static final Color INK = new Color(0x29323D);
  static final Color GRID = new Color(0xE4E7EB);

  private static final Color[] COLOURS = {
    new Color(0x0072B2),
    new Color(0xD55E00),
    new Color(0x009E73),
    new Color(0xCC79A7),
    new Color(0xE69F00),
    new Color(0x56B4E9)
  };

  // What stands for each colour on a dark page: as far from it as the other is from white.
  private static final Map<Color, Color> DARK = new LinkedHashMap<>();

  static {
    DARK.put(PAPER, new Color(0x1D232A));
    DARK.put(INK, new Color(0xE6EAEE));
    DARK.put(GRID, new Color(0x39434E));
    DARK.put(COLOURS[0], new Color(0x4FA8E0));
    DARK.put(COLOURS[1], new Color(0xFF8A3D));
    DARK.put(COLOURS[2], new Color(0x2FCB9E));
    DARK.put(COLOURS[3], new Color(0xE3A1C6));
    DARK.put(COLOURS[4], new Color(0xF5BE41));
    DARK.put(COLOURS[5], new Color(0x8FD0F5));
  }

  private final Map<String, Color> groups = new LinkedHashMap<>();

  /// The colour of a group.
  Color of(String group) {
    return groups.computeIfAbsent(group, _ -> COLOURS[groups.size() % COLOURS.length]);
  }

  /// A style element that replaces the colours where the reader prefers a dark page. The drawing library writes them into `style`
  /// attributes, over which only what is marked as important takes precedence.
  static String darkStyle() {
    return DARK.entrySet().stream()
        .map(pair ->
            rule("fill", pair.getKey(), pair.getValue())
                + rule("stroke", pair.getKey(), pair.getValue()))
        .collect(
            Collectors.joining("", "<style>@media (prefers-color-scheme: dark){", "}</style>"));
  }

  private static String rule(String property, Color light, Color dark) {
    String written =
        light.equals(Color.WHITE)
            ? "white"
            : "rgb(" + light.getRed() + "," + light.getGreen() + "," + light.getBlue() + ")";
    return "[style*=\"%s:%s\"]{%s:#%06x!important}"
        .formatted(property, written, property, dark.getRGB() & 0xFFFFFF);
  }
}
