import Basics
package import SignalModel

/// Traces as the doctor looks at them: who took part, as itself or by its proxy.
package struct DoctorSample: Sendable, Hashable {
    package struct Span: Sendable, Hashable {
        package enum Side: Sendable, Hashable {
            /// A request to it, or the beginning of a trace.
            case entry
            /// It asks another.
            case call
            case inside
        }

        package var id: UInt64
        /// 0 for none.
        package var parent: UInt64
        /// A place in `workloads`.
        package var workload: Int32
        /// The workload that a call is to, as far as its name tells; -1 for none that sends spans.
        package var peer: Int32 = -1
        package var side: Side
        /// Sent by the sidecar or gateway in front of it.
        package var isProxy: Bool
    }

    package struct Trace: Sendable, Hashable {
        package var id: TraceID
        package var spans: [Span]
        /// `x-request-id` of its requests, each with whether a proxy said it.
        package var requests: [RequestID] = []

        package init(id: TraceID, spans: [Span], requests: [RequestID] = []) {
            self.id = id
            self.spans = spans
            self.requests = requests
        }
    }

    package struct RequestID: Sendable, Hashable {
        /// Of its text, which may be long.
        package var hash: UInt64
        package var workload: Int32
        package var isProxy: Bool
    }

    /// What a service and its proxy are called together.
    package var workloads: [String] = []
    /// By id.
    package var traces: [Trace] = []
    /// There were more traces than were looked at.
    package var isPart = false

    package init() {}

    package static func hash(_ text: String) -> UInt64 {
        var text = text
        return text.withUTF8 { hash64(UnsafeRawBufferPointer($0)) }
    }
}

extension DoctorSample.Span {
    package init(
        _ id: UInt64, parent: UInt64 = 0, of workload: Int32, _ side: Side, isProxy: Bool = false, to peer: Int32 = -1
    ) {
        self.init(id: id, parent: parent, workload: workload, peer: peer, side: side, isProxy: isProxy)
    }
}
