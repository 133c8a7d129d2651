package ai.fovea.gallery;

import java.util.List;
import java.util.Optional;

/// Some of a sequence of items, and how to ask for those behind them.
///
/// @param <T> the kind of item
/// @param items in their order
/// @param next the cursor for [PageRequest#after]; empty where these were the last
public record Page<T>(List<T> items, Optional<String> next) {
  /// Copies the list.
  public Page {
    items = List.copyOf(items);
  }
}
