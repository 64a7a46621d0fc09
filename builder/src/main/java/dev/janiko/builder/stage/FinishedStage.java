package dev.janiko.builder.stage;

import dev.janiko.builder.step.ImageState;
import dev.janiko.registry.client.ResolvedImage;
import java.util.Optional;

/**
 * A stage whose steps are over.
 *
 * @param base the image at its bottom, also through stages between; none for scratch
 * @param state what its steps made upon that
 * @param files its files
 */
public record FinishedStage(Optional<ResolvedImage> base, ImageState state, StageFiles files) {}
