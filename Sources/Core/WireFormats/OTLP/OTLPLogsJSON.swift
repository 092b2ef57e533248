/// Logs in OTLP/JSON, as `OTLPMetricsJSON` reads metrics.
package enum OTLPLogsJSON {
    /// The same request as protobuf, and what is wrong with records that are left out. Throws at the byte of the document
    /// that is wrong where no record is.
    package static func protobuf(
        _ document: [UInt8]
    ) throws(WireFormatError) -> (bytes: [UInt8], refused: RefusedItems) {
        try JSONProtobuf.sorted(document, as: request)
    }

    private static let request: JSONMessage = .init(["resourceLogs": (1, .list(.message { resourceLogs }))])

    private static let resourceLogs: JSONMessage = .init([
        "resource": (1, .message { OTLPCommonJSON.resource }), "scopeLogs": (2, .list(.message { scopeLogs })),
        "schemaUrl": (3, .text),
    ])

    private static let scopeLogs: JSONMessage = .init([
        "scope": (1, .message { OTLPCommonJSON.scope }), "logRecords": (2, .items(.message { record })),
        "schemaUrl": (3, .text),
    ])

    private static let record: JSONMessage = .init([
        "timeUnixNano": (1, .fixed64), "observedTimeUnixNano": (11, .fixed64), "severityNumber": (2, .varint),
        "severityText": (3, .text), "body": (5, .message { OTLPCommonJSON.anyValue }),
        "attributes": (6, .list(.message { OTLPCommonJSON.keyValue })), "flags": (8, .varint),
        "traceId": (9, .hexadecimal), "spanId": (10, .hexadecimal), "eventName": (12, .text),
    ])
}
