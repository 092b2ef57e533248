// libcurl's easy interface takes its options through C variadics, which Swift cannot call.
#pragma once
#include <curl/curl.h>

typedef size_t (*signalbox_curl_read)(char *buffer, size_t size, size_t count, void *context);

static inline CURLcode signalbox_curl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode signalbox_curl_set_string(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode signalbox_curl_set_pointer(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode signalbox_curl_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode signalbox_curl_set_read(CURL *handle, signalbox_curl_read function, void *context) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_READFUNCTION, function);
    if (code != CURLE_OK) return code;
    return curl_easy_setopt(handle, CURLOPT_READDATA, context);
}
typedef int (*signalbox_curl_debug)(CURL *handle, curl_infotype type, char *data, size_t size, void *context);

// The one way to see both sides of an SMTP dialogue: which command a reply belongs to.
static inline CURLcode signalbox_curl_set_debug(CURL *handle, signalbox_curl_debug function, void *context) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_DEBUGFUNCTION, function);
    if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_DEBUGDATA, context);
    if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_VERBOSE, 1L);
    return code;
}
static inline CURLcode signalbox_curl_response_code(CURL *handle, long *value) {
    return curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, value);
}
