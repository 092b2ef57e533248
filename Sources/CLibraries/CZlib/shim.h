// zlib's deflateInit2 is a macro, which Swift cannot call.
#pragma once
#include <zlib.h>

// 15 + 16: the largest window, gzip framing.
static inline int signalbox_gzip_start(z_stream *stream, int level) {
    return deflateInit2(stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
}

static inline int signalbox_gunzip_start(z_stream *stream) { return inflateInit2(stream, 15 + 16); }

/* gzip or zlib, by what it begins with. */
static inline int signalbox_inflate_start(z_stream *stream) { return inflateInit2(stream, 15 + 32); }
