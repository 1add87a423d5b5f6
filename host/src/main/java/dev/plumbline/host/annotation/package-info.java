/**
 * What people noted about pictures, in the files that the field has for it: boxes, masks, points,
 * texts. Each becomes the decision that a model should make.
 */
package dev.plumbline.host.annotation;
