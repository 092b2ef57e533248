/// A span as its sender told it, but for what stands in its batch's shared arrays.
package struct Span: Sendable, Hashable {
    package enum Kind: UInt8, Sendable, CaseIterable {
        case unspecified, `internal`, server, client, producer, consumer
    }

    package enum Status: UInt8, Sendable, CaseIterable {
        case unset, ok, error
    }

    package struct Flags: OptionSet, Sendable, Hashable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }

        /// Zipkin: the id is that of the client's span on the other side, too.
        package static let shared = Flags(rawValue: 1)
        /// Its parent is of another process, by its sender's word.
        package static let remoteParent = Flags(rawValue: 2)
        /// Elastic APM: a transaction, with which its service began to work.
        package static let transaction = Flags(rawValue: 4)
        static let known: UInt8 = 7
    }

    package var trace: TraceID
    package var id: UInt64
    /// 0 for none.
    package var parent: UInt64 = 0
    /// Since 1970, UTC; as sent, as is the duration, which may be negative.
    package var startNanoseconds: Int64
    package var durationNanoseconds: Int64 = 0
    /// How many spans it stands for: one by the rate with which its trace was sampled; 1 when that is not known.
    package var weight = 1.0
    /// The operation, one of the batch's `names`, as all numbers of names here.
    package var name: UInt32
    /// One of `resources`.
    package var resource: UInt32
    /// One of `scopes`.
    package var scope: UInt32 = 0
    package var kind = Kind.unspecified
    package var status = Status.unset
    package var flags: Flags = []
    /// Its attributes, in `fields`.
    package var fields: Range<UInt32> = 0..<0
    /// In `events`.
    package var events: Range<UInt32> = 0..<0
    /// In `links`.
    package var links: Range<UInt32> = 0..<0
    /// In `bytes`, as is `traceState`.
    package var statusMessage: Range<UInt32> = 0..<0
    /// W3C's header, with its sender's member.
    package var traceState: Range<UInt32> = 0..<0

    package init(trace: TraceID, id: UInt64, startNanoseconds: Int64, name: UInt32, resource: UInt32) {
        self.trace = trace
        self.id = id
        self.startNanoseconds = startNanoseconds
        self.name = name
        self.resource = resource
    }
}

/// Something at one moment of a span.
package struct SpanEvent: Sendable, Hashable {
    package var timeNanoseconds: Int64
    package var name: UInt32
    package var fields: Range<UInt32>

    package init(timeNanoseconds: Int64, name: UInt32, fields: Range<UInt32>) {
        self.timeNanoseconds = timeNanoseconds
        self.name = name
        self.fields = fields
    }
}

/// Another span, of this or another trace, that has to do with one.
package struct SpanLink: Sendable, Hashable {
    package var trace: TraceID
    package var span: UInt64
    package var fields: Range<UInt32>
    package var traceState: Range<UInt32>

    package init(trace: TraceID, span: UInt64, fields: Range<UInt32>, traceState: Range<UInt32>) {
        self.trace = trace
        self.span = span
        self.fields = fields
        self.traceState = traceState
    }
}

/// Who sent spans: one process of a service. Spans of one resource share it.
package struct SpanResource: Sendable, Hashable {
    /// `service.name`, `unknown_service` when none was given.
    package var service: UInt32
    /// `deployment.environment.name`, or what forces it; name 0, which is empty, for none.
    package var environment: UInt32
    /// `service.version`: the release. Name 0 for none.
    package var version: UInt32
    /// Every attribute of the resource, those three among them.
    package var fields: Range<UInt32>

    package init(service: UInt32, environment: UInt32, version: UInt32, fields: Range<UInt32>) {
        self.service = service
        self.environment = environment
        self.version = version
        self.fields = fields
    }
}

/// The library that made spans.
package struct SpanScope: Sendable, Hashable {
    package var name: UInt32
    package var version: UInt32
    package var fields: Range<UInt32>

    package init(name: UInt32, version: UInt32, fields: Range<UInt32>) {
        self.name = name
        self.version = version
        self.fields = fields
    }
}
