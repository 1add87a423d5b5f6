package dev.plumbline.host.dataset;

/**
 * Data that was opened.
 *
 * @param pictures what of it is used
 * @param leftOut what is not
 */
public record OpenedData(Dataset pictures, LeftOut leftOut) {}
