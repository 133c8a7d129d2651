package ai.fovea.index.faiss;

import ai.fovea.base.InputException;

/// A Faiss file that breaks a rule of its format, or is of a kind that is not read here.
public final class FaissException extends InputException {
  private static final long serialVersionUID = 1L;

  private final long offset;

  /// An error at byte `offset` of `file`.
  ///
  /// @param rule what is wrong there
  /// @param remedy what can be done
  FaissException(String file, long offset, String rule, String remedy) {
    super(file + ": byte " + offset + ": " + rule + ". " + remedy + ".");
    this.offset = offset;
  }

  /// Returns the byte of the file at which the rule was found to be broken.
  public long offset() {
    return offset;
  }
}
