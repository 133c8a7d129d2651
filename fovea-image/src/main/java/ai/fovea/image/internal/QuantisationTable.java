package ai.fovea.image.internal;

import org.jspecify.annotations.Nullable;

/// Tells damage in a quantisation table of a JPEG file, which has no checksum and lets an image decode with
/// another contrast or with a pattern laid over it.
///
/// Most encoders scale the tables of ITU-T T.81, Annex K: a table that is one of these but for a few steps, and these
/// far off, was changed. Any other table rises smoothly with the frequencies: a single step far off all its neighbours was changed too.
final class QuantisationTable {
  // Annex K, tables K.1 and K.2, row by row; the second goes on with its last step.
  private static final int[] LUMA = {
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113,
    92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99
  };
  private static final int[] CHROMA = {
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99,
    47, 66, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99
  };
  private static final int[][] STANDARD = {LUMA, CHROMA};

  /// Where the steps of a file belong, row by row.
  private static final int[] ORDER = zigzag();

  /// Of 64 steps, so many at most are others than in the standard table that it was.
  private static final int MOST_OTHERS = 16;

  private static final int FEW = 2;

  /// So many times as large or small, and so much, is no other rounding.
  private static final int FACTOR = 3;

  private static final int LEAST = 5;

  /// So many times as large or small as all steps around it.
  private static final int ALONE = 6;

  private static final int LEAST_ALONE = 16;

  private QuantisationTable() {}

  /// What is wrong with a table, or null.
  ///
  /// @param steps 64 of them in the order of the file
  static @Nullable String damage(int[] steps) {
    int[] rows = new int[64];
    for (int i = 0; i < 64; i++) {
      if (steps[i] == 0) {
        return "a quantisation step of 0";
      }
      rows[ORDER[i]] = steps[i];
    }
    String wrong = changed(rows);
    return wrong != null ? wrong : alone(rows);
  }

  /// Compares with the standard table that is most alike.
  private static @Nullable String changed(int[] rows) {
    int fewest = MOST_OTHERS + 1;
    @Nullable String wrong = null;
    for (int quality = 1; quality <= 100; quality++) {
      for (int[] standard : STANDARD) {
        int others = others(rows, standard, quality, fewest);
        if (others < fewest) {
          fewest = others;
          wrong = far(rows, standard, quality, others);
        }
      }
    }
    return wrong;
  }

  /// How many steps are others than in a standard table; `max` where there are more.
  private static int others(int[] rows, int[] standard, int quality, int max) {
    int others = 0;
    for (int i = 0; i < 64 && others < max; i++) {
      others += same(rows[i], scaled(standard[i], quality)) ? 0 : 1;
    }
    return others;
  }

  private static boolean same(int step, int standard) {
    return Math.abs(step - standard) <= Math.max(1, standard / 10);
  }

  private static @Nullable String far(int[] rows, int[] standard, int quality, int others) {
    int far = -1;
    int min = Integer.MAX_VALUE;
    int max = 0;
    for (int i = 0; i < 64; i++) {
      int step = scaled(standard[i], quality);
      if (same(rows[i], step)) {
        min = i == 0 ? min : Math.min(min, rows[i]);
        max = i == 0 ? max : Math.max(max, rows[i]);
      } else if (Math.abs(rows[i] - step) >= LEAST
          && Math.max(rows[i], step) > FACTOR * Math.min(rows[i], step)) {
        far = i;
      }
    }
    // Equal steps are not only in standard tables, and then the first may be another on purpose.
    boolean alike = max >= 2 * min || (others <= FEW && far > 0);
    return far < 0 || !alike
        ? null
        : "a quantisation step of %d in a table that has %d there"
            .formatted(rows[far], scaled(standard[far], quality));
  }

  /// As libjpeg scales, for steps of a byte.
  private static int scaled(int step, int quality) {
    int percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
    return Math.clamp((step * percent + 50) / 100, 1, 255);
  }

  /// The first step, that of the mean, is often chosen apart from all others.
  private static @Nullable String alone(int[] rows) {
    for (int i = 1; i < 64; i++) {
      int min = Integer.MAX_VALUE;
      int max = 0;
      for (int y = Math.max(0, i / 8 - 1); y <= Math.min(7, i / 8 + 1); y++) {
        for (int x = Math.max(0, i % 8 - 1); x <= Math.min(7, i % 8 + 1); x++) {
          int step = rows[8 * y + x];
          min = 8 * y + x == i ? min : Math.min(min, step);
          max = 8 * y + x == i ? max : Math.max(max, step);
        }
      }
      boolean large = rows[i] > ALONE * max && rows[i] - max >= LEAST_ALONE;
      boolean small = min > ALONE * rows[i] && min - rows[i] >= LEAST_ALONE;
      if (large || small) {
        return "a quantisation step of %d among steps of %d to %d".formatted(rows[i], min, max);
      }
    }
    return null;
  }

  private static int[] zigzag() {
    int[] order = new int[64];
    int at = 0;
    for (int diagonal = 0; diagonal < 15; diagonal++) {
      for (int i = Math.max(0, diagonal - 7); i <= Math.min(7, diagonal); i++) {
        int row = diagonal % 2 == 0 ? diagonal - i : i;
        order[at++] = 8 * row + diagonal - row;
      }
    }
    return order;
  }
}
