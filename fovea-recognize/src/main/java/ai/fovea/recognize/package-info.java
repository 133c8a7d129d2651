/// Images in, typed results out.
@NullMarked
package ai.fovea.recognize;

import org.jspecify.annotations.NullMarked;
