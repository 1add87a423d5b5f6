/** What memory there is, and how many pictures are computed together. */
package dev.plumbline.host.memory;
