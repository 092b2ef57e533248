/// How many traces a sampled one stands for.
package enum SamplingWeight {
    /// Senders that claim more are taken to have said nothing: one line must not outweigh everything else.
    package static let max = 1e6

    /// Of a rate; 1 where there is none that can be.
    package static func of(rate: Double) -> Double {
        guard rate > 0, rate <= 1, 1 / rate <= max else { return 1 }
        return 1 / rate
    }

    /// What W3C's `tracestate` says: OpenTelemetry's threshold (`ot=th:…`), else Elastic's rate (`es=s:…`). 1 when
    /// it says nothing.
    package static func of(traceState text: UnsafeRawBufferPointer) -> Double {
        guard text.count > 5, text.count <= 512 else { return 1 }
        var weight = 1.0
        for member in text.split(separator: UInt8(ascii: ",")) {
            let member = member.drop { $0 == 0x20 || $0 == 0x09 }
            if member.starts(with: Array("ot=".utf8)) {
                guard let threshold = value(of: "th:", in: member.dropFirst(3)) else { continue }
                return of(threshold: threshold)
            }
            if member.starts(with: Array("es=".utf8)), let rate = value(of: "s:", in: member.dropFirst(3)) {
                weight = Double(String(decoding: rate, as: UTF8.self)).map { of(rate: $0) } ?? 1
            }
        }
        return weight
    }

    /// Up to 14 hexadecimal digits of which trailing zeros are left out: traces whose random number is below are not
    /// sampled.
    private static func of(threshold: Slice<UnsafeRawBufferPointer>) -> Double {
        guard (1...14).contains(threshold.count),
            let number = UInt64(String(decoding: threshold, as: UTF8.self), radix: 16)
        else { return 1 }
        let whole = Double(UInt64(1) << 56)
        let rejected = Double(number << UInt64(4 * (14 - threshold.count)))
        return of(rate: (whole - rejected) / whole)
    }

    private static func value(
        of key: StaticString, in member: Slice<UnsafeRawBufferPointer>
    ) -> Slice<UnsafeRawBufferPointer>? {
        for part in member.split(separator: UInt8(ascii: ";")) {
            let isKey = key.withUTF8Buffer { part.starts(with: $0) }
            if isKey {
                let value = part.dropFirst(key.utf8CodeUnitCount)
                return value.prefix { $0 > 0x20 }
            }
        }
        return nil
    }
}
