package ai.fovea.cli.options;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Marks an option or parameter that names what a command will write, which may be long after it began: whether that can be written
/// is looked at before.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface Written {
  /// Whether it is a folder, which is made where it is absent; else a file in a folder that is there.
  boolean folder() default false;

  /// What the file's name may end with, in any case; empty for anything.
  String[] endings() default {};
}
