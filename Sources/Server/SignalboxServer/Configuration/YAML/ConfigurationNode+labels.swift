import SignalModel

extension ConfigurationNode {
    /// Bounds like those of ingest; a longer value is refused.
    private static let labelValueBytesMax = 2048

    /// A mapping of label names to values.
    func labels() -> Labels {
        guard var reader = mapping() else { return .empty }
        var builder = LabelsBuilder()
        for entry in reader.all() {
            guard let value = entry.value.labelValue(), entry.key.isLabelName(entry.name) else { continue }
            builder.set(entry.name, value)
        }
        return builder.labels()
    }

    /// The same for labels of targets, whose names may be any text, as in Prometheus 3.
    func targetLabels() -> Labels {
        guard var reader = mapping() else { return .empty }
        var builder = LabelsBuilder()
        for entry in reader.all() {
            guard let value = entry.value.labelValue() else { continue }
            if entry.name.isEmpty { entry.key.note("invalid label name: \"\"") }
            builder.set(entry.name, value)
        }
        return builder.labels()
    }

    /// Numbers and booleans stand for their text, as Prometheus takes them.
    func labelValue() -> String? {
        guard let text = scalarText else {
            expected("text")
            return nil
        }
        guard text.utf8.count <= Self.labelValueBytesMax else {
            note("\(path) is longer than \(Self.labelValueBytesMax) bytes")
            return nil
        }
        return text
    }

    /// Noted at this key when it is not.
    func isLabelName(_ name: String) -> Bool {
        if LabelName.isLegacy(name) { return true }
        note("invalid label name: \(quoted(name))")
        return false
    }
}

extension ConfigurationNode {
    /// Prometheus' sizes: `512`, `10MB`, `1GiB`; `MB` and `MiB` are both 2²⁰ there.
    func byteSize(minimum: Int = 0) -> Int? {
        guard let text = scalarText else {
            expected("a size such as 10MB")
            return nil
        }
        let units = ["B", "KB", "MB", "GB", "TB"]
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = String(text.dropFirst(digits.count)).replacing("iB", with: "B")
        let power = unit.isEmpty ? 0 : units.firstIndex(of: unit)
        guard let count = Int(digits), let power,
            case let (size, isTooBig) = count.multipliedReportingOverflow(by: 1 << (10 * power)), !isTooBig
        else {
            expected("a size such as 10MB")
            return nil
        }
        guard size >= minimum else {
            note("\(path) must be at least \(minimum >> 20)MB, not \(text)")
            return nil
        }
        return size
    }
}
