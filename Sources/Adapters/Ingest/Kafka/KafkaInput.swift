/// Topics that are read into the queue of logs, as one member of a consumer group.
package struct KafkaInput: Sendable, Hashable {
    /// Where a group that has read nothing yet begins.
    package enum Start: String, Sendable, Hashable, CaseIterable {
        case earliest, latest
    }

    package var connection: KafkaConnection
    /// Names; what begins with `^` is a regular expression.
    package var topics: [String]
    package var group = "signalbox"
    package var start = Start.earliest
    /// For messages that do not say where they are to go; nil: a data stream named after the topic.
    package var index: String?
    package var pipeline: String?

    package init(connection: KafkaConnection, topics: [String]) {
        self.connection = connection
        self.topics = topics
    }
}
