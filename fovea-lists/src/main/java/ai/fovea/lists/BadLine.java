package ai.fovea.lists;

/// Why a line of a list can't be used.
public final class BadLine extends Exception {
  private static final long serialVersionUID = 1;

  /// Says what was expected, without place and text of the line.
  public BadLine(String message) {
    super(message, null, false, false);
  }

  /// The reason.
  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
