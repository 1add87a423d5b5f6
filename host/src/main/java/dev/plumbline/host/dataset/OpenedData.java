package dev.plumbline.host.dataset;

import java.util.Optional;

/**
 * Data that was opened.
 *
 * @param pictures what of it is used
 * @param leftOut what is not
 * @param warning what is lost of the values of pictures that were decoded when it was opened
 */
public record OpenedData(Dataset pictures, LeftOut leftOut, Optional<String> warning) {}
