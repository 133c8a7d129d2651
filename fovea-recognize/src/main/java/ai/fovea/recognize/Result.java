package ai.fovea.recognize;

import ai.fovea.base.FoveaException;
import java.util.Optional;
import java.util.function.Function;

/// What became of one item of a batch: a value, or a problem. One bad item leaves the others alone.
///
/// ```java
/// for (Result<float[]> r : embedder.embedAll(images)) {
///   switch (r) {
///     case Result.Value(float[] features) -> use(features);
///     case Result.Problem(FoveaException cause) -> log(cause.getMessage());
///   }
/// }
/// ```
public sealed interface Result<T> {
  /// It went well.
  record Value<T>(T value) implements Result<T> {}

  /// It did not.
  ///
  /// @param cause its message names the item and the reason
  record Problem<T>(FoveaException cause) implements Result<T> {}

  /// A value.
  static <T> Result<T> of(T value) {
    return new Value<>(value);
  }

  /// A problem.
  static <T> Result<T> problem(FoveaException cause) {
    return new Problem<>(cause);
  }

  /// The value, if there is one.
  default Optional<T> toOptional() {
    return switch (this) {
      case Value<T> v -> Optional.of(v.value);
      case Problem<T> _ -> Optional.empty();
    };
  }

  /// What is wrong, in one line that names the item; empty where nothing is.
  default Optional<String> problem() {
    return switch (this) {
      case Value<T> _ -> Optional.empty();
      case Problem<T> p -> Optional.of(String.valueOf(p.cause.getMessage()));
    };
  }

  /// The value.
  ///
  /// @throws FoveaException the problem, if there is one
  default T orThrow() {
    return switch (this) {
      case Value<T> v -> v.value;
      case Problem<T> p -> throw p.cause;
    };
  }

  /// The same with the value changed.
  default <R> Result<R> map(Function<? super T, ? extends R> change) {
    return switch (this) {
      case Value<T> v -> new Value<>(change.apply(v.value));
      case Problem<T> p -> new Problem<>(p.cause);
    };
  }
}
