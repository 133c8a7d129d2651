/// What tests of several modules share.
@NullMarked
package ai.fovea.testkit;

import org.jspecify.annotations.NullMarked;
