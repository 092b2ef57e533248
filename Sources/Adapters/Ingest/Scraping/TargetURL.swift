import SignalModel

/// The URL of a target, written as Go's `net/url` writes it, so that it reads the same in both programs.
enum TargetURL {
    /// Of labels after relabelling. A label `__param_x` stands for the first value of parameter `x`.
    static func text(of labels: Labels, _ configured: [String: [String]]) -> String {
        var parameters = configured
        for (name, value) in labels.pairs where name.hasPrefix(TargetLabelName.parameterPrefix) {
            let key = String(name.dropFirst(TargetLabelName.parameterPrefix.count))
            parameters[key] = [value] + (parameters[key] ?? []).dropFirst()
        }
        let query = parameters.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .flatMap { name, values in
                values.map {
                    escaped(name, plain: unreserved, isQuery: true) + "="
                        + escaped($0, plain: unreserved, isQuery: true)
                }
            }
        var path = labels[TargetLabelName.metricsPath]
        if !path.isEmpty, !path.hasPrefix("/") { path = "/" + path }
        let scheme = labels[TargetLabelName.scheme]
        let url =
            (scheme.isEmpty ? "" : scheme + ":") + "//" + labels[TargetLabelName.address]
            + escaped(path, plain: inPath, isQuery: false)
        return query.isEmpty ? url : url + "?" + query.joined(separator: "&")
    }

    private static let unreserved = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~".utf8)
    private static let inPath = unreserved.union("$&+,/:;=@".utf8)

    private static func escaped(_ text: String, plain: Set<UInt8>, isQuery: Bool) -> String {
        var result = ""
        for byte in text.utf8 {
            if plain.contains(byte) {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else if isQuery, byte == UInt8(ascii: " ") {
                result += "+"
            } else {
                let hex = String(byte, radix: 16, uppercase: true)
                result += "%" + (hex.count == 1 ? "0" : "") + hex
            }
        }
        return result
    }
}
