#pragma once
#include <librdkafka/rdkafka.h>

/* A record with a key (or none) and one header, copied before it returns: variable arguments have no Swift. */
static inline rd_kafka_resp_err_t rdkafka_produce(
    rd_kafka_t *handle, rd_kafka_topic_t *topic, int32_t partition, const void *key, size_t key_count,
    const char *header, const void *header_value, size_t header_count, const void *value, size_t value_count,
    int64_t milliseconds, void *opaque) {
    return rd_kafka_producev(
        handle, RD_KAFKA_V_RKT(topic), RD_KAFKA_V_PARTITION(partition), RD_KAFKA_V_KEY(key, key_count),
        RD_KAFKA_V_HEADER(header, header_value, (ssize_t)header_count), RD_KAFKA_V_VALUE((void *)value, value_count),
        RD_KAFKA_V_TIMESTAMP(milliseconds), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_OPAQUE(opaque),
        RD_KAFKA_V_END);
}
