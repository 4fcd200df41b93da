/**
 * Domain values as bytes and back: the only place that sees the generated protobuf classes.
 *
 * <p>Begin with {@link io.muster.api.codec.RequestCodec} for what clients say and are told, {@link
 * io.muster.api.codec.LinkCodec} for what server and agents tell each other, {@link
 * io.muster.api.codec.ControlCodec} for what workloads say, {@link io.muster.api.codec.FrameCodec}
 * for how a big message travels in chunks, {@link io.muster.api.codec.StateCodec} for what is
 * stored. Bytes may come from anybody: whatever they are, decoding gives a valid value or a {@link
 * io.muster.api.codec.MalformedMessage}, and takes memory in proportion to them.
 */
@NullMarked
package io.muster.api.codec;

import org.jspecify.annotations.NullMarked;
