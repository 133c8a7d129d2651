package ai.fovea.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Problems of kinds that come by the thousand with one cause: people are told the first few of a kind and how many more there are.
/// Reports and documents for programs have all of them.
public enum ManyOfOneKind {
  KNOWN_IDS(
      " is in use in the gallery",
      " more images: their ids are in use in the gallery, too; were they imported already?"),
  EMPTY_LABELS(": no images in this label's folder", " more folders of labels have no images"),
  TWO_LABELS(
      "; it is left out of the calibration (remove one, or --allow-duplicates)",
      " more images have two labels, and are left out of the calibration");

  private static final int SHOWN = 5;

  private final String ending;
  private final String more;

  ManyOfOneKind(String ending, String more) {
    this.ending = ending;
    this.more = more;
  }

  /// A problem of this kind.
  public String problem(String of) {
    return of + ending;
  }

  /// What people are told of these.
  public static List<String> few(List<String> problems) {
    List<String> told = new ArrayList<>(problems);
    for (ManyOfOneKind kind : values()) {
      List<String> its = problems.stream().filter(p -> p.endsWith(kind.ending)).toList();
      if (its.size() > SHOWN) {
        List<String> rest = its.subList(SHOWN, its.size());
        int last = told.lastIndexOf(its.getLast());
        told.set(last, rest.size() + kind.more);
        told.removeAll(Set.copyOf(rest));
      }
    }
    return told;
  }
}
