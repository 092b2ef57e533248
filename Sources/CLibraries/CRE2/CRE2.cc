#include "CRE2.h"

#include <re2/re2.h>

#include <cstring>
#include <map>
#include <string>
#include <vector>

struct cre2_pattern {
    RE2 regex;
    std::map<int, std::string> names;
    cre2_pattern(const re2::StringPiece &text, const RE2::Options &options) : regex(text, options) {}
};

cre2_pattern *cre2_compile(const char *pattern, size_t count, int64_t memory_bytes_max,
                           char *reason, size_t reason_capacity, size_t *reason_count) {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_dot_nl(true);
    options.set_max_mem(memory_bytes_max);
    auto *compiled = new cre2_pattern(re2::StringPiece(pattern, count), options);
    if (compiled->regex.ok()) {
        compiled->names = compiled->regex.CapturingGroupNames();
        return compiled;
    }
    const std::string &error = compiled->regex.error();
    size_t length = error.size() < reason_capacity ? error.size() : reason_capacity;
    memcpy(reason, error.data(), length);
    *reason_count = length;
    delete compiled;
    return nullptr;
}

void cre2_free(cre2_pattern *pattern) { delete pattern; }

int cre2_program_size(const cre2_pattern *pattern) { return pattern->regex.ProgramSize(); }

int cre2_group_count(const cre2_pattern *pattern) { return pattern->regex.NumberOfCapturingGroups(); }

const char *cre2_group_name(const cre2_pattern *pattern, int index) {
    auto found = pattern->names.find(index);
    return found == pattern->names.end() ? nullptr : found->second.c_str();
}

static bool match(const cre2_pattern *pattern, const char *text, size_t count, size_t from, RE2::Anchor anchor,
                  int group_capacity, ptrdiff_t *starts, ptrdiff_t *ends) {
    std::vector<re2::StringPiece> groups(group_capacity > 0 ? group_capacity : 0);
    // A StringPiece with a null pointer would make an empty group look like one that took no part.
    const char *base = text == nullptr ? "" : text;
    if (!pattern->regex.Match(re2::StringPiece(base, count), from, count, anchor, groups.data(), group_capacity))
        return false;
    for (int index = 0; index < group_capacity; index++) {
        bool took_part = groups[index].data() != nullptr;
        starts[index] = took_part ? groups[index].data() - base : -1;
        ends[index] = took_part ? starts[index] + static_cast<ptrdiff_t>(groups[index].size()) : -1;
    }
    return true;
}

bool cre2_matches_whole(const cre2_pattern *pattern, const char *text, size_t count) {
    return match(pattern, text, count, 0, RE2::ANCHOR_BOTH, 0, nullptr, nullptr);
}

bool cre2_captures(const cre2_pattern *pattern, const char *text, size_t count,
                   int group_capacity, ptrdiff_t *starts, ptrdiff_t *ends) {
    return match(pattern, text, count, 0, RE2::ANCHOR_BOTH, group_capacity, starts, ends);
}

bool cre2_search(const cre2_pattern *pattern, const char *text, size_t count, size_t from,
                 int group_capacity, ptrdiff_t *starts, ptrdiff_t *ends) {
    return match(pattern, text, count, from, RE2::UNANCHORED, group_capacity, starts, ends);
}
