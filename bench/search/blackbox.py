"""Searches that see only the outputs of both models, for comparison with those by gradients.

`noise`: uniform noise in the ball of radius 8/255 around the seed.

`genetic`: DiffChaser (Xie et al., "DiffChaser: Detecting Disagreements for Deep Neural Networks",
IJCAI 2019): a population around the seed evolves towards pictures whose two most likely classes are
nearly as likely (k-uncertainty, k = 2), by tournament selection, uniform crossover of pixels and mutation
of pixels. A pixel changes by at most 0.2 of the range, as DeepHunter's bound on values has it. Published
with a population of 1,000; here of 50, since all searches get the same number of pictures.

`markov`: DFLARE (Tian et al., "Finding Deviated Behaviors of the Compressed DNN Models for Image
Classifications", TOSEM 2023): one mutation operator after another, chosen by Metropolis-Hastings over the
rank of how often each of them helped; a picture is kept when the difference of both models' likelihoods
of their labels changes or their outputs are new (farther than 0.5 from all seen for this seed).

Each is a generator that yields a batch of pictures, uint8, and is sent the probabilities of both models
for it, N x classes each.
"""
import numpy as np
from PIL import Image, ImageFilter

RADIUS = 8


def noise(seed, random, batch=50):
    while True:
        change = random.integers(-RADIUS, RADIUS + 1, (batch, *seed.shape))
        yield np.clip(seed.astype(int) + change, 0, 255).astype(np.uint8)


def genetic(seed, random, population=50, mutation=0.02, reach=51):
    def mutate(pictures, share):
        chosen = random.random(pictures.shape) < share
        change = random.integers(-reach, reach + 1, pictures.shape)
        low, high = np.maximum(seed.astype(int) - reach, 0), np.minimum(seed.astype(int) + reach, 255)
        return np.clip(np.where(chosen, pictures + change, pictures), low, high).astype(np.uint8)

    pictures = mutate(np.repeat(seed[None], population, 0).astype(int), mutation)
    while True:
        original, compressed = yield pictures
        both = np.sort(np.stack([original, compressed]), axis=-1)
        uncertainty = -(both[..., -1] - both[..., -2]).min(axis=0)
        picks = random.integers(0, population, (2, population, 2))
        winners = np.where(
            uncertainty[picks[..., 0]] >= uncertainty[picks[..., 1]], picks[..., 0], picks[..., 1])
        mask = random.random(pictures.shape) < 0.5
        children = np.where(mask, pictures[winners[0]], pictures[winners[1]])
        best = pictures[uncertainty.argmax()]
        pictures = mutate(children.astype(int), mutation / 10)
        pictures[0] = best


def operators(random):
    def image(picture):
        return Image.fromarray(picture[0] if len(picture) == 1 else picture.transpose(1, 2, 0))

    def array(filtered):
        pixels = np.asarray(filtered)
        return pixels[None] if pixels.ndim == 2 else pixels.transpose(2, 0, 1)

    def pixels(picture):
        flat = picture.flatten()
        where = random.integers(0, flat.size, random.integers(0, 10))
        flat[where] = random.integers(0, 256, where.size)
        return flat.reshape(picture.shape)

    def gaussian(picture):
        return (picture + random.normal(0, 0.1 ** 0.5, picture.shape)).clip(0, 255).astype(np.uint8)

    def salt_and_pepper(picture):
        flat = picture.flatten()
        count = int(np.ceil(0.002 * flat.size))
        flat[random.integers(0, flat.size, count)] = 255
        flat[random.integers(0, flat.size, count)] = 0
        return flat.reshape(picture.shape)

    def multiplied(picture):
        noise_ = random.normal(random.random() - 0.5, (0.05 * random.random()) ** 0.5, picture.shape)
        return (picture + picture * noise_).clip(0, 255).astype(np.uint8)

    def mean(picture):
        return array(image(picture).filter(ImageFilter.BoxBlur(int(random.integers(0, 3)))))

    def blur(picture):
        return array(image(picture).filter(ImageFilter.GaussianBlur(float(random.integers(0, 4)) / 2)))

    def median(picture):
        return array(image(picture).filter(ImageFilter.MedianFilter(int(random.choice([1, 3, 5, 7])))))

    return [gaussian, salt_and_pepper, multiplied, pixels, mean, blur, median]


def markov(seed, random, new=0.5):
    ranked = [{"mutate": mutate, "tried": 0, "helped": 0} for mutate in operators(random)]
    latest, last, seen, best = seed, None, [], 0.0
    while True:
        if last is None:
            chosen = ranked[random.integers(len(ranked))]
        else:
            random.shuffle(ranked)
            ranked.sort(key=lambda one: one["helped"] / (one["tried"] + 1e-7), reverse=True)
            at = next(i for i, one in enumerate(ranked) if one is last)
            while True:
                to = random.integers(len(ranked))
                if random.random() < (1 - 1 / len(ranked)) ** (int(to) - at):
                    break
            chosen = ranked[to]
        chosen["tried"] += 1
        picture = chosen["mutate"](latest.copy())
        original, compressed = yield picture[None]
        difference = original[0].max() - compressed[0].max()
        state = np.concatenate([original[0], compressed[0]])
        fresh = all(((state - old) ** 2).sum() > new for old in seen)
        if fresh:
            seen.append(state)
        if fresh or abs(abs(difference) - abs(best)) > 1e-3:
            latest, last, best = picture, chosen, difference
            chosen["helped"] += 1


SEARCHES = {"noise": noise, "genetic": genetic, "markov": markov}
