package ai.fovea.plan.schedule;

/// Up to the largest rate, and down again to almost nothing (Smith and Topin, "Super-Convergence", 2018).
///
/// Phases end at positions that need not be whole steps; the last phase ends at `total - 1`, so that [#at] of `total`,
/// which no update uses, lies beyond the curve's end.
///
/// @param largest rate
/// @param divide the first rate is `largest / divide`
/// @param last rate
/// @param total steps of the training
/// @param rising part of the training in which the rate rises
/// @param cosine whether the curve is a cosine, else straight lines
/// @param threePhases whether the way down first returns to the first rate, as long as the way up took
record OneCycle(
    double largest,
    double divide,
    double last,
    long total,
    double rising,
    boolean cosine,
    boolean threePhases)
    implements Schedule {
  @Override
  public double at(long step) {
    double first = largest / divide;
    double[] ends =
        threePhases
            ? new double[] {0, rising * total - 1, 2 * rising * total - 2, total - 1.0}
            : new double[] {0, rising * total - 1, total - 1.0};
    double[] rates =
        threePhases
            ? new double[] {first, largest, first, last}
            : new double[] {first, largest, last};
    double now = (double) Math.min(step, total);
    int phase = 0;
    while (phase < ends.length - 2 && now > ends[phase + 1]) {
      phase++;
    }
    double part = (now - ends[phase]) / (ends[phase + 1] - ends[phase]);
    double from = rates[phase];
    double to = rates[phase + 1];
    return cosine
        ? to + (from - to) / 2 * (1 + Math.cos(Math.PI * part))
        : from + (to - from) * part;
  }

  @Override
  public String name() {
    return "OneCycleLR";
  }
}
