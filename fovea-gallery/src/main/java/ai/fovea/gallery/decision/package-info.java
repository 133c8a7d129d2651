/// Which label a query has, or that it is unknown.
///
/// [ai.fovea.gallery.decision.Decider] is the way in.
@NullMarked
package ai.fovea.gallery.decision;

import org.jspecify.annotations.NullMarked;
