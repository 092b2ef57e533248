/// By bits rather than by value: a cached or printed query must keep `-0` apart from `0`, and a literal
/// `NaN` is the same literal wherever it stands.
extension NumberLiteral: Hashable {
    package static func == (left: NumberLiteral, right: NumberLiteral) -> Bool {
        left.identity == right.identity && left.isDuration == right.isDuration && left.position == right.position
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(identity)
        hasher.combine(isDuration)
        hasher.combine(position)
    }

    private var identity: UInt64 { value.isNaN ? Double.nan.bitPattern : value.bitPattern }
}
