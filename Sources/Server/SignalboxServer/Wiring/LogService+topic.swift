import Basics
import Ingest
import Logging
import Pipeline

/// With `queue.kafka` senders' documents go to a topic first, and come to the queue from there.
extension LogService {
    static func open(
        _ topic: KafkaTopic, _ arrivals: KafkaArrivals, _ positions: KafkaPositions, _ clock: any WallClock,
        _ logger: Logger
    ) throws -> (queue: KafkaTopicQueue, positions: KafkaPositions) {
        if let damage = positions.damage {
            logger.error(
                "how far the topic was read is taken from the queue and the brokers: the file is damaged",
                metadata: ["reason": "\(damage)"])
        }
        do {
            let queue = try KafkaTopicQueue(topic, arrivals: arrivals, clock: clock) { reason in
                logger.warning("Kafka", metadata: ["topic": "\(topic.name)", "reason": "\(reason)"])
            }
            return (queue, positions)
        } catch let error as KafkaFailure {
            throw KafkaFailure(description: "queue.kafka: \(error)")
        }
    }

    /// `logs.kafka`, and the topic of `queue.kafka`.
    static func inputs(
        _ settings: LogsSettings, _ positions: KafkaPositions?, _ arrivals: KafkaArrivals
    ) -> [(KafkaInput, KafkaIntake.Shared?)] {
        var inputs: [(KafkaInput, KafkaIntake.Shared?)] = settings.kafka.map { ($0, nil) }
        if let topic = settings.topic, let positions {
            var input = KafkaInput(connection: topic.connection, topics: [topic.name])
            input.group = topic.group
            inputs.append((input, KafkaIntake.Shared(positions: positions, arrivals: arrivals)))
        }
        return inputs
    }
}
