package ai.fovea.cli.options;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// The range that the number of an option or parameter must be in, looked at before its command begins.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface Bounds {
  /// The least value.
  double from() default Double.NEGATIVE_INFINITY;

  /// The greatest value.
  double to() default Double.POSITIVE_INFINITY;

  /// Whether both are left out of the range.
  boolean excluded() default false;
}
