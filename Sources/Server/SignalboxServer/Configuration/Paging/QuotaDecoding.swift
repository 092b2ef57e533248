import Basics
import Response
import SignalModel

/// `quotas: { voice: { P1: { 15m: 3, 1h: 7 } } }`: how many messages to one person in which time.
enum QuotaDecoding {
    /// More, and it bounds nothing.
    private static let countMax = 1000
    /// A longer window would be remembered for as long.
    private static let windowMax = Duration.seconds(24 * 3600)

    static func quotas(_ node: ConfigurationNode?) -> [DeliveryPolicy.Meter: [Severity: [DeliveryPolicy.Quota]]] {
        guard var reader = node?.mapping() else { return [:] }
        var quotas: [DeliveryPolicy.Meter: [Severity: [DeliveryPolicy.Quota]]] = [:]
        for meter in DeliveryPolicy.Meter.allCases {
            guard let node = reader[meter.rawValue], var inner = node.mapping() else { continue }
            inner.refuse(Severity.p0.rawValue, "is never held back")
            for severity in Severity.allCases where severity != .p0 {
                if let node = inner[severity.rawValue] { quotas[meter, default: [:]][severity] = list(node) }
            }
            inner.finish()
        }
        reader.finish()
        return quotas
    }

    private static func list(_ node: ConfigurationNode) -> [DeliveryPolicy.Quota] {
        guard var reader = node.mapping() else { return [] }
        return reader.all().compactMap { entry in
            guard let window = entry.key.duration(minimum: .seconds(60)),
                let count = entry.value.integer(in: 1...countMax)
            else { return nil }
            guard window <= windowMax else {
                entry.key.expected("at most 1d")
                return nil
            }
            return DeliveryPolicy.Quota(count: count, windowMilliseconds: window.milliseconds)
        }.sorted { $0.windowMilliseconds < $1.windowMilliseconds }
    }
}
