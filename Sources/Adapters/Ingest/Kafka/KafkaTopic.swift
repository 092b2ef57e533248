internal import Pipeline

/// A topic as the queue between senders and the Signalboxes that share it.
package struct KafkaTopic: Sendable, Hashable {
    package var connection: KafkaConnection
    package var name: String
    /// Signalboxes of one group share the partitions; of two groups each has all of them.
    package var group = "signalbox"
    /// Within it the brokers must have acknowledged a request.
    package var timeout = Duration.seconds(10)
    /// What the topic takes: `max.message.bytes` of Kafka.
    package var messageBytesMax = 1_000_000

    /// What is left for a document.
    package var documentBytesMax: Int { messageBytesMax - TopicRecord.overheadBytesMax }

    package init(connection: KafkaConnection, name: String) {
        self.connection = connection
        self.name = name
    }
}
