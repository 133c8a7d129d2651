package ai.fovea.image.transform;

import ai.fovea.image.Box;

/// Where the pixels of an image went while it was prepared for a network: scaled, then moved, so that
/// `x' = x * scaleX + shiftX`. Enough to bring boxes back.
///
/// Cropping shifts to negative numbers, padding to positive ones. Padding to the right and below changes neither scale nor shift.
///
/// @param imageWidth columns of the image, as it is shown (after EXIF orientation)
/// @param imageHeight its rows
/// @param scaleX by how much columns grew
/// @param scaleY by how much rows grew
/// @param shiftX where the image's first column is
/// @param shiftY where the image's first row is
/// @param contentWidth columns before padding to the right: what detectors call `im_shape`, with the rows
/// @param contentHeight rows before padding below
/// @param width columns of the network's input
/// @param height rows of the network's input
public record Geometry(
    int imageWidth,
    int imageHeight,
    double scaleX,
    double scaleY,
    double shiftX,
    double shiftY,
    int contentWidth,
    int contentHeight,
    int width,
    int height) {

  /// An image as it is.
  public static Geometry of(int width, int height) {
    return new Geometry(width, height, 1, 1, 0, 0, width, height, width, height);
  }

  /// The same after a resize.
  ///
  /// @param byX by how much columns grow; the reference's factor, where that is not the quotient of the sizes
  Geometry resized(int newWidth, int newHeight, double byX, double byY) {
    return new Geometry(
        imageWidth,
        imageHeight,
        scaleX * byX,
        scaleY * byY,
        shiftX * byX,
        shiftY * byY,
        newWidth,
        newHeight,
        newWidth,
        newHeight);
  }

  /// The same after a part was cut out, or pixels were added around.
  ///
  /// @param left columns cut off there; negative for columns added
  Geometry moved(int left, int top, int newWidth, int newHeight) {
    return new Geometry(
        imageWidth,
        imageHeight,
        scaleX,
        scaleY,
        shiftX - left,
        shiftY - top,
        newWidth,
        newHeight,
        newWidth,
        newHeight);
  }

  /// The same after pixels were added to the right and below, which are no content.
  Geometry padded(int newWidth, int newHeight) {
    return new Geometry(
        imageWidth,
        imageHeight,
        scaleX,
        scaleY,
        shiftX,
        shiftY,
        contentWidth,
        contentHeight,
        newWidth,
        newHeight);
  }

  /// A box of the network's input in the image.
  public Box toImage(Box box) {
    return new Box(
        (float) ((box.left() - shiftX) / scaleX),
        (float) ((box.top() - shiftY) / scaleY),
        (float) ((box.right() - shiftX) / scaleX),
        (float) ((box.bottom() - shiftY) / scaleY));
  }

  /// A box of the image in the network's input.
  public Box toInput(Box box) {
    return new Box(
        (float) (box.left() * scaleX + shiftX),
        (float) (box.top() * scaleY + shiftY),
        (float) (box.right() * scaleX + shiftX),
        (float) (box.bottom() * scaleY + shiftY));
  }

  /// What detectors take as `im_shape`: rows and columns of the content.
  public float[] imageShape() {
    return new float[] {contentHeight, contentWidth};
  }

  /// What detectors take as `scale_factor`: of rows, then of columns.
  public float[] scaleFactor() {
    return new float[] {(float) scaleY, (float) scaleX};
  }
}
