package dev.plumbline.host.campaign;

/**
 * Shares of clean pictures, 0 to 1, in ONNX Runtime.
 *
 * @param original pictures on which the original gives the true label
 * @param compressed likewise
 * @param repaired likewise
 * @param compressedAgrees pictures on which the compressed model gives the original's label
 * @param repairedAgrees likewise the repaired one
 */
record CleanFigures(
    double original,
    double compressed,
    double repaired,
    double compressedAgrees,
    double repairedAgrees) {}
