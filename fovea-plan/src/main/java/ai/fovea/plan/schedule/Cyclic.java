package ai.fovea.plan.schedule;

/// Up and down between two rates, again and again (Smith, "Cyclical Learning Rates", 2017).
///
/// @param base lower rate
/// @param largest upper rate
/// @param up steps on the way up
/// @param down steps on the way down
/// @param mode whether the height of the cycles changes
/// @param gamma of [Mode#EXP_RANGE]
record Cyclic(double base, double largest, long up, long down, Mode mode, double gamma)
    implements Schedule {
  /// How the height changes: not at all, halved each cycle, or multiplied by gamma each step.
  enum Mode {
    TRIANGULAR,
    TRIANGULAR2,
    EXP_RANGE
  }

  @Override
  public double at(long step) {
    long total = up + down;
    long cycle = step / total;
    long inside = step % total;
    double height = inside <= up ? (double) inside / up : (double) (total - inside) / down;
    double scale =
        switch (mode) {
          case TRIANGULAR -> 1;
          case TRIANGULAR2 -> Math.pow(0.5, (double) cycle);
          case EXP_RANGE -> Math.pow(gamma, (double) step);
        };
    return base + (largest - base) * height * scale;
  }

  @Override
  public String name() {
    return "CyclicLR";
  }
}
