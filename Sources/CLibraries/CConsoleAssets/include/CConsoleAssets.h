// The console's files as bytes of the program, so that one binary is all there is to install.
#pragma once
#include <stddef.h>

struct console_asset {
    // Folder and file name: `templates/now.mustache`.
    const char *name;
    const unsigned char *bytes;
    size_t count;
};

// All of them; they live as long as the program.
const struct console_asset *console_assets(size_t *count);
