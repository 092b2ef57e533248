/* A Kafka of several brokers in memory, by librdkafka's own test cluster.
 *
 *   kafka_broker BROKERS TOPIC PARTITIONS
 *
 * prints its addresses, then takes commands a line each: "down N" and "up N" for a broker, "slow N MILLISECONDS" for how
 * long it takes to answer, "topic CODE" for Kafka's error of the topic (0 for none), "refuse CODE COUNT" for its error of
 * as many requests that write, "stop". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#define REQUEST_PRODUCE 0

int main(int count, char **arguments) {
    char error[512], line[256];
    if (count != 4) return 2;
    rd_kafka_t *client = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), error, sizeof error);
    int brokers = atoi(arguments[1]);
    rd_kafka_mock_cluster_t *cluster = client ? rd_kafka_mock_cluster_new(client, brokers) : NULL;
    if (!cluster) return 1;
    rd_kafka_mock_topic_create(cluster, arguments[2], atoi(arguments[3]), brokers < 3 ? brokers : 3);
    printf("%s\n", rd_kafka_mock_cluster_bootstraps(cluster));
    fflush(stdout);
    while (fgets(line, sizeof line, stdin) && strncmp(line, "stop", 4)) {
        int broker, number;
        if (sscanf(line, "down %d", &broker) == 1) rd_kafka_mock_broker_set_down(cluster, broker);
        if (sscanf(line, "up %d", &broker) == 1) rd_kafka_mock_broker_set_up(cluster, broker);
        if (sscanf(line, "slow %d %d", &broker, &number) == 2) rd_kafka_mock_broker_set_rtt(cluster, broker, number);
        if (sscanf(line, "topic %d", &number) == 1) rd_kafka_mock_topic_set_error(cluster, arguments[2], number);
        if (sscanf(line, "refuse %d %d", &broker, &number) == 2)
            while (number-- > 0) rd_kafka_mock_push_request_errors(cluster, REQUEST_PRODUCE, 1, broker);
        printf("done\n");
        fflush(stdout);
    }
    rd_kafka_mock_cluster_destroy(cluster);
    rd_kafka_destroy(client);
    return 0;
}
