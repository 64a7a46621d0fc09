package dev.janiko.builder.stage;

import dev.janiko.builder.base.BaseImages;
import dev.janiko.builder.cache.BuildCache;
import dev.janiko.builder.cache.CacheKey;
import dev.janiko.builder.cache.CachedLayer;
import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import dev.janiko.builder.layer.Layer;
import dev.janiko.builder.plan.CopySource;
import dev.janiko.builder.step.ImageState;
import dev.janiko.builder.step.LayerPlan;
import dev.janiko.builder.step.PendingLayer;
import dev.janiko.builder.step.StageSteps;
import dev.janiko.dockerfile.Instruction;
import dev.janiko.registry.Digest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * The steps of one stage in the layer cache.
 *
 * <p>A step's key is made of the key before it and of all that the step depends on; none needs the
 * step before to be carried out, so the lookups of many steps go on at once, and one that finds
 * nothing stops no other. What commands left may be another thing each time: an entry therefore
 * tells upon which layers of commands it was made, and serves only upon these very ones.
 *
 * <p>Where files come from another stage or image, the key is of that one's layers at first, so
 * that nothing needs to be unpacked; if there is no such entry, of the files themselves. Used by
 * one thread.
 */
final class StageCache {
  private static final String FACT_COMMANDS = "commands";
  private static final String FACT_FILES = "files";

  private final BuildCache cache;
  private final StageFiles files;
  private final StageSteps steps;
  private final Function<CopySource, List<Digest>> layersOf;
  private final List<Instruction> instructions;
  private final Map<Integer, Planned> planned = new HashMap<>();
  private final List<CompletableFuture<Layer>> commands;
  private CacheKey chain;
  private int ahead;

  /**
   * Sets a stage up.
   *
   * @param stage what is carried out where
   * @param below where the stage goes on from
   * @param layersOf the layers that another stage or image is made of
   */
  StageCache(
      BuildCache cache, Stage stage, Chain below, Function<CopySource, List<Digest>> layersOf) {
    this.cache = cache;
    this.files = stage.files();
    this.steps = stage.steps();
    this.instructions = stage.instructions();
    this.chain = below.key();
    this.commands = new ArrayList<>(below.commands());
    this.layersOf = layersOf;
  }

  /**
   * What is carried out where.
   *
   * @param instructions the stage's, with the base's triggers
   */
  record Stage(StageFiles files, StageSteps steps, List<Instruction> instructions) {}

  /**
   * Where a stage has got.
   *
   * @param key names all that it depends on
   * @param commands the layers of its commands
   */
  record Chain(CacheKey key, List<CompletableFuture<Layer>> commands) {
    Chain {
      commands = List.copyOf(commands);
    }

    /** The beginning of a stage upon an image's layers, or upon nothing. */
    static Chain upon(List<Digest> layers) {
      CacheKey.Parts key = CacheKey.of("FROM");
      key.add("layers", layers.stream().map(Digest::toString).toList());
      return new Chain(key.key(), List.of());
    }
  }

  /**
   * A step that makes a layer.
   *
   * @param key by which it is looked up first
   * @param found what is under the key, if such steps are cached
   * @param before the key of the steps before
   */
  private record Planned(
      LayerPlan plan,
      CacheKey key,
      CompletableFuture<Optional<CachedLayer>> found,
      CacheKey before) {}

  /** Where the stage has got. */
  Chain chain() {
    return new Chain(chain, commands);
  }

  /**
   * Takes a step's layer from the cache, if it is there.
   *
   * @param index the step's instruction
   * @param before the image before the step
   * @return the image after it
   */
  Optional<ImageState> take(int index, ImageState before) throws IOException {
    if (index >= ahead) {
      lookAhead(index, before);
    }
    Planned step = planned.get(index);
    if (step == null) {
      return Optional.empty();
    }
    // The plan was made on a guess of the image before; what it makes must go on from this one.
    LayerPlan plan = steps.plan(before, instructions.get(index)).orElseThrow();
    Optional<CachedLayer> first = usable(BaseImages.await(step.found()));
    Optional<CachedLayer> found = first;
    CacheKey key = step.key();
    if (!plan.foreign().isEmpty()) {
      if (first.isPresent()) {
        key = new CacheKey(first.get().facts().getOrDefault(FACT_FILES, key.hex()));
      } else {
        key = filesKey(step, plan);
        found = usable(BaseImages.await(find(plan, key)));
      }
    }
    chain = key;
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Layer layer = found.get().layer();
    PendingLayer adopted = files.adopt(layer);
    if (!key.equals(step.key()) && first.isEmpty()) {
      note(step.key(), adopted, key);
    }
    noteCommand(plan, adopted);
    return Optional.of(plan.after().with(adopted));
  }

  /**
   * Notes what a step made, to be kept.
   *
   * @param index the step's instruction
   */
  void made(int index, ImageState before, ImageState after) {
    Planned step = planned.get(index);
    if (step == null || after.layers().size() == before.layers().size()) {
      return;
    }
    PendingLayer layer = after.layers().getLast();
    if (isCached(step.plan())) {
      note(chain, layer, chain);
      if (!chain.equals(step.key())) {
        note(step.key(), layer, chain);
      }
    }
    noteCommand(step.plan(), layer);
  }

  private void note(CacheKey key, PendingLayer layer, CacheKey filesKey) {
    List<CompletableFuture<Layer>> below = List.copyOf(commands);
    cache.note(
        key,
        layer.written(),
        () -> Map.of(FACT_COMMANDS, digest(below), FACT_FILES, filesKey.hex()));
  }

  private void noteCommand(LayerPlan plan, PendingLayer layer) {
    if (plan.kind() == LayerPlan.Kind.RUN) {
      commands.add(layer.written());
    }
  }

  private Optional<CachedLayer> usable(Optional<CachedLayer> found) {
    return found.filter(
        entry -> digest(commands).equals(entry.facts().getOrDefault(FACT_COMMANDS, "")));
  }

  private static String digest(List<CompletableFuture<Layer>> layers) {
    List<String> diffIds = new ArrayList<>();
    for (CompletableFuture<Layer> layer : layers) {
      diffIds.add(BaseImages.await(layer).diffId().toString());
    }
    return CacheKey.of(FACT_COMMANDS).add("layers", diffIds).key().hex();
  }

  /** Begins lookups of this step and those after it, as far as their keys are known. */
  private void lookAhead(int index, ImageState before) throws IOException {
    ImageState state = before;
    CacheKey below = chain;
    for (ahead = index; ahead < instructions.size(); ahead++) {
      Instruction instruction = instructions.get(ahead);
      try {
        Optional<LayerPlan> plan = steps.plan(state, instruction);
        if (plan.isEmpty()) {
          state = steps.execute(state, instruction, _ -> {});
          continue;
        }
        Planned step = plan(plan.get(), below);
        planned.put(ahead, step);
        below = step.key();
        state = plan.get().after().with(new PendingLayer(new CompletableFuture<>()));
        if (!plan.get().foreign().isEmpty()) {
          // The key after it is known when its entry is.
          ahead++;
          return;
        }
      } catch (BuildException e) {
        if (ahead == index) {
          throw e;
        }
        // The step itself will say what is wrong, when its turn comes.
        return;
      }
    }
  }

  private Planned plan(LayerPlan plan, CacheKey below) throws IOException {
    CacheKey.Parts key = CacheKey.of("step").add("below", below).add("own", plan.own());
    if (plan.foreign().isEmpty()) {
      key.add("files", plan.content().digest());
    } else {
      for (CopySource source : plan.foreign()) {
        key.add("layers", layersOf.apply(source).stream().map(Digest::toString).toList());
      }
    }
    CacheKey made = key.key();
    return new Planned(plan, made, find(plan, made), below);
  }

  private CacheKey filesKey(Planned step, LayerPlan plan) {
    try {
      return CacheKey.of("step")
          .add("below", step.before())
          .add("own", plan.own())
          .add("foreign files", plan.content().digest())
          .key();
    } catch (IOException e) {
      throw BuildException.of(Kind.CONTEXT, String.valueOf(e.getMessage()), e);
    }
  }

  private CompletableFuture<Optional<CachedLayer>> find(LayerPlan plan, CacheKey key) {
    return isCached(plan) ? cache.find(key) : CompletableFuture.completedFuture(Optional.empty());
  }

  private boolean isCached(LayerPlan plan) {
    return switch (plan.kind()) {
      case RUN -> cache.steps().run();
      case COPY -> cache.steps().copy();
    };
  }
}
