package dev.plumbline.agent;

/**
 * A stored model with a number of threads of its own, for one call; {@link Inference} runs and ends
 * it.
 *
 * @param threads within an operator
 * @param model in memory, beside the one that runs with the agent's own number
 */
record AsideModel(String sha256, int threads, LoadedModel model) {}
