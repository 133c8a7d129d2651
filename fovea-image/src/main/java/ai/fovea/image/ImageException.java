package ai.fovea.image;

import ai.fovea.base.InputException;

/// An image that can't be used: what it is called, why not, and what helps.
///
/// The message is one line, `shop/cup.jpg: the file ends inside the image data (save or download it again)`.
public final class ImageException extends InputException {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final String reason;
  private final String remedy;

  /// @param file the name that the caller knows the image by, usually its path
  /// @param reason what is wrong, without a full stop
  /// @param remedy what the user can do, without a full stop
  public ImageException(String file, String reason, String remedy) {
    super(file + ": " + reason + " (" + remedy + ")");
    this.file = file;
    this.reason = reason;
    this.remedy = remedy;
  }

  /// The name that the caller gave.
  public String file() {
    return file;
  }

  /// What is wrong.
  public String reason() {
    return reason;
  }

  /// What helps.
  public String remedy() {
    return remedy;
  }
}
