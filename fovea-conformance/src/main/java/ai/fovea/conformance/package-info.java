/// Golden files run through the real code.
@NullMarked
package ai.fovea.conformance;

import org.jspecify.annotations.NullMarked;
