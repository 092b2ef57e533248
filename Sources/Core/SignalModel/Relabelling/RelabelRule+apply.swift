import Basics

extension RelabelRule {
    /// Changes `labels`; false when they are to be dropped.
    func apply(to labels: inout LabelEdits) -> Bool {
        switch settings.action {
        case .keep: return expression.matchesWhole(source(labels))
        case .drop: return !expression.matchesWhole(source(labels))
        case .keepequal: return labels[settings.targetLabel].utf8.elementsEqual(source(labels).utf8)
        case .dropequal: return !labels[settings.targetLabel].utf8.elementsEqual(source(labels).utf8)
        case .replace: replace(in: &labels)
        case .hashmod: labels.set(settings.targetLabel, to: hash(source(labels)))
        case .lowercase: labels.set(settings.targetLabel, to: SimpleCase.lowered(source(labels)))
        case .uppercase: labels.set(settings.targetLabel, to: SimpleCase.raised(source(labels)))
        case .labelmap:
            for (name, value) in labels.pairs {
                guard let groups = expression.captures(of: name) else { continue }
                let mapped = replacement.expanded(groups)
                // A name that comes out empty names no label.
                if !mapped.isEmpty { labels.set(mapped, to: value) }
            }
        case .labeldrop: for (name, _) in labels.pairs where expression.matchesWhole(name) { labels.remove(name) }
        case .labelkeep: for (name, _) in labels.pairs where !expression.matchesWhole(name) { labels.remove(name) }
        }
        return true
    }

    private func source(_ labels: LabelEdits) -> String {
        let names = settings.sourceLabels ?? []
        if names.count == 1 { return labels[names[0]] }
        return names.map { labels[$0] }.joined(separator: settings.separator)
    }

    private func replace(in labels: inout LabelEdits) {
        guard let groups = expression.captures(of: source(labels)) else { return }
        let name = target.expanded(groups)
        if !name.isEmpty { labels.set(name, to: replacement.expanded(groups)) }
    }

    /// The last eight bytes of the MD5 digest, as Prometheus takes them: shards keep their targets when they move
    /// from one to the other.
    private func hash(_ text: String) -> String {
        let number = MD5.digest(text.utf8).suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return String(number % settings.modulus)
    }
}
