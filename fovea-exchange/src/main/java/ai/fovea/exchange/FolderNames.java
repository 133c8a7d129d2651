package ai.fovea.exchange;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Names of folders for labels: legal on all systems, and different for different labels also where case does not count.
final class FolderNames {
  private static final int LONGEST = 80;

  private final Map<String, String> names = new HashMap<>();
  private final Set<String> taken = new HashSet<>();

  String of(String label) {
    return names.computeIfAbsent(label, this::free);
  }

  private String free(String label) {
    String name = label.replaceAll("[\\p{Cntrl}<>:\"/\\\\|?*]", "_").strip();
    name =
        name.substring(
            0,
            name.offsetByCodePoints(0, Math.min(LONGEST, name.codePointCount(0, name.length()))));
    // No dot in front hides it or means another folder, none behind is dropped.
    name = name.replaceAll("^\\.+|[. ]+$", "_");
    String base = name.isEmpty() ? "_" : name;
    String found = base;
    for (int number = 2; !taken.add(found.toLowerCase(Locale.ROOT)); number++) {
      found = base + "_" + number;
    }
    return found;
  }
}
