package ai.fovea.cli.options;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// What an option can stand beside in a command line: one that would be passed over in silence is refused.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface Beside {
  /// Without this option it has no meaning; empty for none.
  String needs() default "";

  /// These options contradict it, in commands that have them.
  String[] not() default {};
}
