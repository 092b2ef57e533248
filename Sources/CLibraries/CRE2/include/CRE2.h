// RE2 behind a C header: linear-time matching for patterns that strangers send.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cre2_pattern cre2_pattern;

// Compiles `pattern`; `.` matches newlines too. NULL on a bad pattern, with the reason (not
// null-terminated, at most `reason_capacity` bytes) in `reason` and its length in `reason_count`.
cre2_pattern *cre2_compile(const char *pattern, size_t count, int64_t memory_bytes_max,
                           char *reason, size_t reason_capacity, size_t *reason_count);
void cre2_free(cre2_pattern *pattern);

// How many instructions the pattern compiled to: what it costs in memory and took to compile.
int cre2_program_size(const cre2_pattern *pattern);

// The number of capture groups, without the whole match.
int cre2_group_count(const cre2_pattern *pattern);
// The name of group `index` (1-based), or NULL.
const char *cre2_group_name(const cre2_pattern *pattern, int index);

// Whether the whole of `text` matches. Safe to call from several threads.
bool cre2_matches_whole(const cre2_pattern *pattern, const char *text, size_t count);

// Whole match with captures: fills `starts[i]`/`ends[i]` (byte offsets; -1 where a group took no part)
// for `group_capacity` groups, group 0 being the whole.
bool cre2_captures(const cre2_pattern *pattern, const char *text, size_t count,
                   int group_capacity, ptrdiff_t *starts, ptrdiff_t *ends);

// Leftmost unanchored match at or after `from`, same filling.
bool cre2_search(const cre2_pattern *pattern, const char *text, size_t count, size_t from,
                 int group_capacity, ptrdiff_t *starts, ptrdiff_t *ends);

#ifdef __cplusplus
}
#endif
