import Basics
import SignalModel

/// The labels' names as bytes, to be compared with packed ones.
struct ReplicaNames: Sendable {
    let cluster: [UInt8]
    let replica: [UInt8]

    init(_ settings: ReplicaSettings) {
        cluster = Array(settings.clusterLabel.utf8)
        replica = Array(settings.replicaLabel.utf8)
    }
}

/// One request's way through the election. Its series mostly carry the same two labels, so what was decided for the
/// series before is kept at hand.
struct ReplicaPass {
    private let names: ReplicaNames
    private let now: Duration
    private var latest: (cluster: [UInt8], replica: [UInt8], isAdmitted: Bool)?

    init(names: ReplicaNames, now: Duration) {
        self.names = names
        self.now = now
    }

    /// A series without one of the two labels is kept as it is: whose it is cannot be told.
    mutating func verdict(
        _ packed: UnsafeRawBufferPointer, _ election: inout ReplicaElection
    ) -> SampleBatch.Verdict {
        guard let replica = Self.find(names.replica, packed), let cluster = Self.find(names.cluster, packed) else {
            return .keep
        }
        let (replicaName, clusterName) = (packed[replica.value], packed[cluster.value])
        if let latest, latest.replica.elementsEqual(replicaName), latest.cluster.elementsEqual(clusterName) {
            return latest.isAdmitted ? .keepWithout(replica.whole) : .drop
        }
        let isAdmitted = election.admits(
            String(decoding: replicaName, as: UTF8.self), of: String(decoding: clusterName, as: UTF8.self), at: now)
        latest = (Array(clusterName), Array(replicaName), isAdmitted)
        return isAdmitted ? .keepWithout(replica.whole) : .drop
    }

    private static func find(
        _ name: [UInt8], _ packed: UnsafeRawBufferPointer
    ) -> (whole: Range<Int>, value: Range<Int>)? {
        name.withUnsafeBytes { name in
            var cursor = 0
            var start = 0
            while let label = PackedLabels.next(packed, at: &cursor) {
                let order = compareBytes(UnsafeRawBufferPointer(rebasing: packed[label.name]), name)
                if order == 0 { return (start..<cursor, label.value) }
                // Names are sorted.
                if order > 0 { return nil }
                start = cursor
            }
            return nil
        }
    }
}
