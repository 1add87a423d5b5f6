package dev.plumbline.host.search;

import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.corpus.Verdict;
import dev.plumbline.host.dataset.Picture;
import java.util.Optional;

/**
 * What one step of the search made of a seed. Everything is measured on the 8-bit picture.
 *
 * @param seed number of the seed in its data set
 * @param step the mutation, from 1
 * @param picture the mutated picture
 * @param pictureClass what became of it
 * @param seedLabel what the original predicts for the seed
 * @param originalLabel what the original predicts for the mutated picture
 * @param compressedLabel what the compressed model predicts for it: the proxy, or the confirming
 *     judge where it refused what the proxy said
 * @param originalConfidence softmax of the original's logits at {@code originalLabel}, 0 to 1
 * @param compressedConfidence softmax of the compressed model's logits at {@code compressedLabel}
 * @param compressedMargin logit of the seed's label, by the compressed model, less its largest
 *     other one: how close a valid picture is to being effective
 * @param rms root mean square change of a pixel against the seed, on the [0,1] range
 * @param linf largest change of a pixel against the seed, on the [0,1] range
 * @param refused what the proxy said where it called the picture effective and the confirming judge
 *     did not; the picture is valid then
 */
public record MutatedPicture(
    int seed,
    int step,
    Picture picture,
    PictureClass pictureClass,
    int seedLabel,
    int originalLabel,
    int compressedLabel,
    float originalConfidence,
    float compressedConfidence,
    double compressedMargin,
    double rms,
    double linf,
    Optional<Verdict> refused) {}
