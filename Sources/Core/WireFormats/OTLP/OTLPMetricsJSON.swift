/// OTLP/JSON (opentelemetry.io, "OTLP Specification", JSON Protobuf Encoding): names in lowerCamelCase, 64-bit numbers
/// also as texts, identifiers in hexadecimal.
package enum OTLPMetricsJSON {
    /// The same request as protobuf. Throws at the byte of the document that is wrong.
    package static func protobuf(_ document: [UInt8]) throws(WireFormatError) -> [UInt8] {
        try JSONProtobuf.bytes(of: document, as: request)
    }

    private static let request: JSONMessage = .init(["resourceMetrics": (1, .list(.message { resourceMetrics }))])

    private static let resourceMetrics: JSONMessage = .init([
        "resource": (1, .message { OTLPCommonJSON.resource }), "scopeMetrics": (2, .list(.message { scopeMetrics })),
    ])

    private static let scopeMetrics: JSONMessage = .init([
        "scope": (1, .message { OTLPCommonJSON.scope }), "metrics": (2, .list(.message { metric })),
        "schemaUrl": (3, .text),
    ])

    private static let metric: JSONMessage = .init([
        "name": (1, .text), "description": (2, .text), "unit": (3, .text), "gauge": (5, .message { numbers }),
        "sum": (7, .message { numbers }), "histogram": (9, .message { histograms }),
        "exponentialHistogram": (10, .message { exponentialHistograms }), "summary": (11, .message { summaries }),
    ])

    /// `Gauge` and `Sum`.
    private static let numbers: JSONMessage = .init([
        "dataPoints": (1, .list(.message { number })), "aggregationTemporality": (2, .varint),
        "isMonotonic": (3, .bool),
    ])

    private static let histograms: JSONMessage = .init([
        "dataPoints": (1, .list(.message { histogram })), "aggregationTemporality": (2, .varint),
    ])

    private static let exponentialHistograms: JSONMessage = .init([
        "dataPoints": (1, .list(.message { exponentialHistogram })), "aggregationTemporality": (2, .varint),
    ])

    private static let summaries: JSONMessage = .init(["dataPoints": (1, .list(.message { summary }))])

    private static let number: JSONMessage = .init([
        "startTimeUnixNano": (2, .fixed64), "timeUnixNano": (3, .fixed64), "asDouble": (4, .double),
        "exemplars": (5, .list(.message { exemplar })), "asInt": (6, .fixed64),
        "attributes": (7, .list(.message { OTLPCommonJSON.keyValue })), "flags": (8, .varint),
    ])

    private static let histogram: JSONMessage = .init([
        "startTimeUnixNano": (2, .fixed64), "timeUnixNano": (3, .fixed64), "count": (4, .fixed64),
        "sum": (5, .double), "bucketCounts": (6, .packed(.fixed64)), "explicitBounds": (7, .packed(.double)),
        "exemplars": (8, .list(.message { exemplar })),
        "attributes": (9, .list(.message { OTLPCommonJSON.keyValue })), "flags": (10, .varint),
        "min": (11, .double), "max": (12, .double),
    ])

    private static let exponentialHistogram: JSONMessage = .init([
        "attributes": (1, .list(.message { OTLPCommonJSON.keyValue })), "startTimeUnixNano": (2, .fixed64),
        "timeUnixNano": (3, .fixed64), "count": (4, .fixed64), "sum": (5, .double), "scale": (6, .zigZag),
        "zeroCount": (7, .fixed64), "positive": (8, .message { buckets }), "negative": (9, .message { buckets }),
        "flags": (10, .varint), "exemplars": (11, .list(.message { exemplar })), "min": (12, .double),
        "max": (13, .double), "zeroThreshold": (14, .double),
    ])

    private static let buckets: JSONMessage = .init(["offset": (1, .zigZag), "bucketCounts": (2, .packed(.varint))])

    private static let summary: JSONMessage = .init([
        "startTimeUnixNano": (2, .fixed64), "timeUnixNano": (3, .fixed64), "count": (4, .fixed64),
        "sum": (5, .double), "quantileValues": (6, .list(.message { quantile })),
        "attributes": (7, .list(.message { OTLPCommonJSON.keyValue })), "flags": (8, .varint),
    ])

    private static let quantile: JSONMessage = .init(["quantile": (1, .double), "value": (2, .double)])

    private static let exemplar: JSONMessage = .init([
        "timeUnixNano": (2, .fixed64), "asDouble": (3, .double), "spanId": (4, .hexadecimal),
        "traceId": (5, .hexadecimal), "asInt": (6, .fixed64),
        "filteredAttributes": (7, .list(.message { OTLPCommonJSON.keyValue })),
    ])
}

/// What all signals of OTLP share.
enum OTLPCommonJSON {
    static let resource: JSONMessage = .init(["attributes": (1, .list(.message { keyValue }))])

    static let scope: JSONMessage = .init([
        "name": (1, .text), "version": (2, .text), "attributes": (3, .list(.message { keyValue })),
    ])

    static let keyValue: JSONMessage = .init(["key": (1, .text), "value": (2, .message { anyValue })])

    static let anyValue: JSONMessage = .init([
        "stringValue": (1, .text), "boolValue": (2, .bool), "intValue": (3, .varint), "doubleValue": (4, .double),
        "arrayValue": (5, .message { array }), "kvlistValue": (6, .message { map }), "bytesValue": (7, .bytes),
    ])

    private static let array: JSONMessage = .init(["values": (1, .list(.message { anyValue }))])
    private static let map: JSONMessage = .init(["values": (1, .list(.message { keyValue }))])
}
