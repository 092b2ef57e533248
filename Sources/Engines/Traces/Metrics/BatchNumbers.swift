import SignalModel

/// What is known of the names of one batch, so that spans cost look-ups by number alone.
struct BatchNumbers {
    /// Series by resource, name, kind and status.
    var series: [UInt64: Int] = [:]
    /// Names of attributes that name what a client asks, the best one first; 0 for one that the batch does not have.
    let databaseSystems: [UInt32]
    let databaseNames: [UInt32]

    init(_ batch: SpanBatch) {
        var numbers: [String: UInt32] = [:]
        let wanted: Set<String> = [
            "db.system.name", "db.system", "peer.service", "db.namespace", "db.name", "server.address",
            "net.peer.name",
        ]
        for (number, name) in batch.names.enumerated() where wanted.contains(name) { numbers[name] = UInt32(number) }
        databaseSystems = ["db.system.name", "db.system"].map { numbers[$0] ?? 0 }
        databaseNames = ["peer.service", "db.namespace", "db.name", "server.address", "net.peer.name"].map {
            numbers[$0] ?? 0
        }
    }

    static func key(_ span: Span) -> UInt64 {
        UInt64(span.resource) << 37 | UInt64(span.name) << 5 | UInt64(span.kind.rawValue) << 2
            | UInt64(span.status.rawValue)
    }

    /// The first of these attributes that a span has, as text.
    func text(_ names: [UInt32], of span: Span, _ batch: SpanBatch) -> String? {
        for name in names where name != 0 {
            for place in span.fields {
                let field = batch.fields[Int(place)]
                if field.name == name, field.kind == .string { return batch.text(of: field) }
            }
        }
        return nil
    }
}
