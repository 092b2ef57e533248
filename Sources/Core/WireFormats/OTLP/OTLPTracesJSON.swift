/// Traces in OTLP/JSON, as `OTLPMetricsJSON` reads metrics.
package enum OTLPTracesJSON {
    /// The same request as protobuf. Throws at the byte of the document that is wrong.
    package static func protobuf(_ document: [UInt8]) throws(WireFormatError) -> [UInt8] {
        try JSONProtobuf.bytes(of: document, as: request)
    }

    private static let request: JSONMessage = .init(["resourceSpans": (1, .list(.message { resourceSpans }))])

    private static let resourceSpans: JSONMessage = .init([
        "resource": (1, .message { OTLPCommonJSON.resource }), "scopeSpans": (2, .list(.message { scopeSpans })),
        "schemaUrl": (3, .text),
    ])

    private static let scopeSpans: JSONMessage = .init([
        "scope": (1, .message { OTLPCommonJSON.scope }), "spans": (2, .list(.message { span })),
        "schemaUrl": (3, .text),
    ])

    /// `flags` are fixed32, which ProtoJSON writes as a number: nothing here needs them, so they are passed over.
    private static let span: JSONMessage = .init([
        "traceId": (1, .hexadecimal), "spanId": (2, .hexadecimal), "traceState": (3, .text),
        "parentSpanId": (4, .hexadecimal), "name": (5, .text), "kind": (6, .varint),
        "startTimeUnixNano": (7, .fixed64), "endTimeUnixNano": (8, .fixed64),
        "attributes": (9, .list(.message { OTLPCommonJSON.keyValue })), "events": (11, .list(.message { event })),
        "links": (13, .list(.message { link })), "status": (15, .message { status }),
    ])

    private static let event: JSONMessage = .init([
        "timeUnixNano": (1, .fixed64), "name": (2, .text),
        "attributes": (3, .list(.message { OTLPCommonJSON.keyValue })),
    ])

    private static let link: JSONMessage = .init([
        "traceId": (1, .hexadecimal), "spanId": (2, .hexadecimal), "traceState": (3, .text),
        "attributes": (4, .list(.message { OTLPCommonJSON.keyValue })),
    ])

    private static let status: JSONMessage = .init(["message": (2, .text), "code": (3, .varint)])
}
