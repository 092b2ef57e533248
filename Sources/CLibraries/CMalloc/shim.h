#pragma once
#include <malloc.h>

// What is at least so large lies in pages of its own, which go back to the system as soon as it is freed. By default
// glibc raises the bound with what it sees, and keeps for the next time what a burst took.
static inline int signalbox_give_back_from(int bytes) { return mallopt(M_MMAP_THRESHOLD, bytes); }
