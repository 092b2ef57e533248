import Basics
import HTTPAPI
import Ingest
import Logging
import Synchronization

extension ServerProcess {
    /// Reads the topics that the configuration names, until it is cancelled. One that cannot be read does not end the
    /// others.
    func readKafka() async throws {
        await withTaskGroup(of: Void.self) { group in
            for intake in logs.kafka { group.addTask { await self.read(intake) } }
        }
        // Without topics there is nothing to do.
        try await clock.sleep(until: .distantFuture)
    }

    private func read(_ intake: KafkaIntake) async {
        let threads = BlockingThreads(name: "kafka", threads: 1, waitingMax: 1)
        do {
            try await withTaskCancellationHandler {
                try await threads.run { try intake.run() }
            } onCancel: {
                intake.stop()
            }
        } catch {
            logger.error("topics of Kafka are not read", metadata: ["reason": "\(error)"])
        }
        try? await threads.shutDown()
    }

    func kafkaMetrics() -> [SelfMetric] {
        let all = logs.kafka.map(\.statistics)
        let topic = logs.topic?.queue.statistics ?? KafkaTopicQueue.Statistics()
        func sum(_ count: (KafkaIntake.Statistics) -> Int) -> Double { Double(all.reduce(0) { $0 + count($1) }) }
        return [
            SelfMetric("logs_kafka_messages_total", .counter, "Messages of Kafka on disk here.", sum(\.messages)),
            SelfMetric("logs_kafka_bytes_total", .counter, "Of those messages, as documents.", sum(\.bytes)),
            SelfMetric(
                "logs_kafka_unreadable_messages_total", .counter,
                "Messages kept as texts because they are not the JSON they begin like, or too large.",
                sum(\.unreadable)),
            SelfMetric(
                "logs_kafka_pauses_total", .counter, "Times reading paused because the queue of logs took nothing.",
                sum(\.pauses)),
            SelfMetric(
                "logs_kafka_lag_messages", .gauge, "In partitions that are read here, and not taken yet.",
                sum { Int($0.lag) }),
            SelfMetric("logs_kafka_partitions", .gauge, "Partitions that are read here.", sum(\.partitions)),
            SelfMetric(
                "logs_kafka_lost_messages_total", .counter,
                "Messages of queue.kafka that Kafka deleted before they were read.", sum { Int($0.lost) }),
            SelfMetric(
                "logs_topic_documents_total", .counter, "Documents that queue.kafka acknowledged.",
                topic.documents),
            SelfMetric(
                "logs_topic_failures_total", .counter, "Requests that queue.kafka did not acknowledge.",
                topic.failures),
            SelfMetric(
                "logs_topic_waiting_bytes", .gauge, "On their way to queue.kafka.", topic.waitingBytes),
        ]
    }
}
