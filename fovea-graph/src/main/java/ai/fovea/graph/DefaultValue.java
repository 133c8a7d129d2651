package ai.fovea.graph;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// What a setting of an operation is in a [graph file][GraphFile] that does not name it. A setting that is added to an operation needs one, so that files
/// written before stay readable.
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
@interface DefaultValue {
  /// The value as JSON.
  String value();
}
