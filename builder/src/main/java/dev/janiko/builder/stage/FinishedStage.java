package dev.janiko.builder.stage;

import dev.janiko.builder.base.BaseImage;
import dev.janiko.builder.step.ImageState;
import java.util.Optional;

/**
 * A stage whose steps are over.
 *
 * @param base the image at its bottom, also through stages between; none for scratch
 * @param state what its steps made upon that
 * @param files its files
 */
public record FinishedStage(Optional<BaseImage> base, ImageState state, StageFiles files) {}
