/// Networks, one file a family.
@NullMarked
package ai.fovea.models;

import org.jspecify.annotations.NullMarked;
