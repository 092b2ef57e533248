import SignalModel
import WireFormats

/// What Prometheus' HTTP API wraps every answer in.
struct RemoteEnvelope<Value> {
    /// Nil when there is no `data`, as in a refusal.
    var value: Value?
    var isSuccess = false
    var errorType = ""
    var error = ""
    var warnings: [String] = []
    var infos: [String] = []

    /// `data` reads the part that differs.
    init(_ bytes: [UInt8], _ data: (inout JSONScanner) throws(WireFormatError) -> Value) throws(WireFormatError) {
        var reader = JSONScanner(bytes)
        var envelope = (
            value: Value?.none, status: "", errorType: "", error: "", warnings: [String](), infos: [String]()
        )
        try reader.object { (reader, key) throws(WireFormatError) in
            switch key {
            case "status": envelope.status = try reader.string()
            case "data": envelope.value = try reader.null() ? nil : try data(&reader)
            case "errorType": envelope.errorType = try reader.string()
            case "error": envelope.error = try reader.string()
            case "warnings": envelope.warnings = try Self.texts(&reader)
            case "infos": envelope.infos = try Self.texts(&reader)
            default: try reader.skip()
            }
        }
        try reader.expectEnd()
        guard envelope.status == "success" || envelope.status == "error" else {
            throw reader.problem("the status is neither success nor error")
        }
        value = envelope.value
        isSuccess = envelope.status == "success"
        errorType = envelope.errorType
        error = envelope.error
        warnings = envelope.warnings
        infos = envelope.infos
    }

    /// An array of strings; null is empty.
    static func texts(_ reader: inout JSONScanner) throws(WireFormatError) -> [String] {
        if try reader.null() { return [] }
        var result: [String] = []
        try reader.array { (reader) throws(WireFormatError) in result.append(try reader.string()) }
        return result
    }

    static func labels(_ reader: inout JSONScanner) throws(WireFormatError) -> Labels {
        var pairs: [(name: String, value: String)] = []
        try reader.object { (reader, name) throws(WireFormatError) in pairs.append((name, try reader.string())) }
        return Labels(pairs)
    }
}
