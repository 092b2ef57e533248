import Pipeline

/// Where the topic between Signalboxes is read from: behind what is durable here, and behind what others of the group
/// have; the brokers alone may not know the first after a crash.
extension KafkaIntake {
    func key(of partition: KafkaPartition, _ cluster: String) -> KafkaPositions.Key {
        KafkaPositions.Key(
            cluster: cluster, group: input.group, topic: partition.topic, partition: partition.number)
    }

    func start(
        of partition: KafkaPartition, there: Range<Int64>?, left: Int64?, _ cluster: String, _ shared: Shared
    ) -> (offset: Int64?, report: String?) {
        let own = shared.positions.next(key(of: partition, cluster))
        let name = "\(partition.topic)-\(partition.number)"
        guard var start = [own, left].compactMap({ $0 }).max() else {
            shared.arrivals.begins(partition.number, at: there?.lowerBound ?? 0)
            return (nil, nil)
        }
        var report: String?
        if let there, start > there.upperBound {
            report =
                "\(name) ends at \(there.upperBound), \(start) was read: it was made anew, and is read from its begin"
            start = there.lowerBound
        } else if let there, start < there.lowerBound {
            let lost = there.lowerBound - start
            report = "\(lost) messages of \(name) were deleted before they were read: the topic keeps them too short"
            count { $0.lost += lost }
            start = there.lowerBound
        }
        shared.arrivals.begins(partition.number, at: start)
        return (start, report)
    }
}
