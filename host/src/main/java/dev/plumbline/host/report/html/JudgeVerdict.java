package dev.plumbline.host.report.html;

/**
 * What a judge says of a picture of the gallery.
 *
 * @param judge its id
 * @param label what the compressed model decides there, in words
 * @param deviates whether that is a deviation
 */
public record JudgeVerdict(String judge, String label, boolean deviates) {}
