/// What the JSON form of a protobuf message may hold, for `JSONProtobuf`: its fields by their names in JSON.
struct JSONMessage: Sendable {
    indirect enum Kind: Sendable {
        case text
        case bool
        /// Also enumerations.
        case varint
        case zigZag
        case fixed64
        case double
        /// Base64.
        case bytes
        /// Identifiers of OTLP.
        case hexadecimal
        case message(@Sendable () -> JSONMessage)
        /// One field each.
        case list(Kind)
        /// The same; one that is wrong is left out by itself.
        case items(Kind)
        /// All in one field.
        case packed(Kind)
    }

    struct Field: Sendable {
        var number: Int
        var kind: Kind
    }

    var fields: [String: Field]

    init(_ fields: KeyValuePairs<String, (Int, Kind)>) {
        self.fields = Dictionary(uniqueKeysWithValues: fields.map { ($0, Field(number: $1.0, kind: $1.1)) })
    }
}
