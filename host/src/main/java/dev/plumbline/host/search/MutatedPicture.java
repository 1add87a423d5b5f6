package dev.plumbline.host.search;

import dev.plumbline.host.corpus.Margins;
import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.corpus.Verdict;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.task.Decision;
import java.util.Optional;

/**
 * What one step of the search made of a seed. Everything is measured on the 8-bit picture, or on
 * the tensor.
 *
 * @param seed global number of the seed
 * @param step the mutation, from 1
 * @param picture the mutated picture, or a tensor in its place
 * @param pictureClass what became of it
 * @param seedDecision what the original decides on the seed
 * @param originalDecision what the original decides on the mutated picture
 * @param compressedDecision what the compressed model decides on it: the proxy, or the confirming
 *     judge where it refused what the proxy said
 * @param compressedMargin how far the compressed model is from leaving the seed's decision: how
 *     close a valid picture is to being effective
 * @param margins of both models' own decisions; empty for what no corpus keeps
 * @param rms root mean square change of a pixel against the seed, on the [0,1] range; of tensors a
 *     share of the range of the data, and so is the next
 * @param linf largest change of a pixel against the seed, on the [0,1] range
 * @param refused what the proxy said where it called the picture effective and the confirming judge
 *     did not; the picture is valid then
 */
public record MutatedPicture(
    int seed,
    int step,
    Input picture,
    PictureClass pictureClass,
    Decision seedDecision,
    Decision originalDecision,
    Decision compressedDecision,
    double compressedMargin,
    Optional<Margins> margins,
    double rms,
    double linf,
    Optional<Verdict> refused) {}
