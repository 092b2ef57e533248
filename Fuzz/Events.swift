import SignalModel
import WireFormats

/// Any bytes as an event of each dialect: refused with a reason, or alerts that have a name and keep to the limits.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let data, count > 0 else { return 0 }
    let bytes = Array(UnsafeBufferPointer(start: data + 1, count: count - 1))
    guard let document = try? JSONValue(parsing: bytes) else { return 0 }
    let decoded: AlertEvents
    switch data[0] % 5 {
    case 0: decoded = PagerDutyEvent.decode(document, severities: .standard, generatedKey: "made")
    case 1: decoded = AlertWebhook.decode(document, severities: .standard)
    case 2: decoded = AzureAlert.decode(document, severities: .standard)
    case 3:
        var mapping = EventMapping(
            name: "m", severity: .init(path: JSONPath("severity"), severities: .standard, otherwise: .p2))
        mapping.labels["source"] = JSONPath("/source/0")
        mapping.annotations["summary"] = JSONPath("text")
        mapping.dedupKey = JSONPath("id")
        mapping.resolve = .init(path: JSONPath("state") ?? JSONPath("x")!, values: ["ok"])
        decoded = mapping.decode(document)
    default:
        let (change, problems) = ChangeEvent.decode(document)
        precondition((change == nil) != problems.isEmpty)
        return 0
    }
    for event in decoded.events {
        precondition(event.dedupKey.utf8.count <= EventLimits.dedupKeyBytesMax)
        precondition(event.action != .trigger || !event.labels["alertname"].isEmpty)
        for (name, value) in event.labels.pairs {
            precondition(!name.isEmpty && value.utf8.count <= EventLimits.labelValueBytesMax)
        }
        for (_, value) in event.annotations.pairs {
            precondition(value.utf8.count <= EventLimits.annotationBytesMax)
        }
    }
    precondition(!decoded.events.isEmpty || !decoded.problems.isEmpty || data[0] % 5 == 1 || data[0] % 5 == 3)
    return 0
}
