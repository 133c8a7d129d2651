package ai.fovea.gallery;

import java.util.Optional;

/// Which part of a sequence is asked for.
///
/// @param size how many items at most, 1 or greater; an implementation may return fewer
/// @param cursor behind which item the page begins: [Page#next()] of the page before; empty for the
///     first page. Its content is the implementation's own
public record PageRequest(int size, Optional<String> cursor) {
  /// How many items a page has unless somebody says otherwise.
  public static final int DEFAULT_SIZE = 1000;

  /// Checks the size.
  public PageRequest {
    if (size < 1) {
      throw new IllegalArgumentException("page size " + size + ": expected 1 or greater");
    }
  }

  /// Returns a request for the first page.
  public static PageRequest of(int size) {
    return new PageRequest(size, Optional.empty());
  }

  /// Returns a request for the page behind a cursor.
  public PageRequest after(String position) {
    return new PageRequest(size, Optional.of(position));
  }
}
