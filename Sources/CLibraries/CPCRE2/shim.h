// PCRE2's functions carry the width of a code unit in their names; bytes (UTF-8) here.
#pragma once
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
