internal import Basics
internal import SignalModel

/// Where an address is, by a MaxMind database that the user gives. Without it the document is marked, as
/// Elasticsearch does.
struct GeoIPProcessor: Processor {
    private let field: FieldTemplate
    private let target: FieldTemplate
    private let file: String
    private let database: PlaceDatabase?
    private var properties: [String]
    private let ignoresMissing: Bool
    private let firstOnly: Bool

    /// What is known, by Elasticsearch's names, and where the databases have it.
    private static let ways: [String: [String]] = [
        "continent_code": ["continent", "code"], "continent_name": ["continent", "names", "en"],
        "country_iso_code": ["country", "iso_code"], "country_name": ["country", "names", "en"],
        "country_in_european_union": ["country", "is_in_european_union"],
        "region_name": ["subdivisions", "0", "names", "en"], "city_name": ["city", "names", "en"],
        "timezone": ["location", "time_zone"], "postal_code": ["postal", "code"],
        "accuracy_radius": ["location", "accuracy_radius"], "asn": ["autonomous_system_number"],
        "organization_name": ["autonomous_system_organization"],
    ]

    private static let made: Set<String> = ["ip", "network", "location", "region_iso_code"]

    init(_ options: inout ProcessorOptions) throws(PipelineDefinitionError) {
        field = try options.field()
        // Each of the two names has a field of its own.
        target = try options.field("target_field", default: options.type)
        ignoresMissing = try options.bool("ignore_missing", default: false)
        firstOnly = try options.bool("first_only", default: true)
        _ = try options.bool("download_database_on_pipeline_creation", default: true)
        file = try options.string("database_file", default: "GeoLite2-City.mmdb") ?? ""
        guard !file.contains("/"), file != "..", file != "." else {
            throw options.refused("database_file", "a name of a file is wanted, not a path")
        }
        let directory = options.resources.databaseDirectory
        database = directory.flatMap { [file] in PlaceDatabase(path: $0 + "/" + file) }
        let kind = database?.type ?? file
        properties = Self.defaults(kind)
        if let names = try options.strings("properties", default: nil) {
            properties = names.map { $0.lowercased() }
            for name in properties where Self.ways[name] == nil && !Self.made.contains(name) {
                throw options.refused("properties", "illegal property value [\(name)]")
            }
        }
    }

    private static func defaults(_ kind: String) -> [String] {
        if kind.range(of: "ASN") != nil { return ["ip", "asn", "organization_name", "network"] }
        if kind.range(of: "Country") != nil { return ["continent_name", "country_name", "country_iso_code"] }
        return [
            "continent_name", "country_name", "country_iso_code", "region_iso_code", "region_name", "city_name",
            "location",
        ]
    }

    func run(_ document: inout IngestDocument, in set: PipelineSet) throws(ProcessorFailure) {
        let path = try field.path(document)
        guard let value = try value(path, document, ignoresMissing: ignoresMissing) else { return }
        if value == .null {
            throw ProcessorFailure("field [\(path.text)] is null, cannot extract geoip information.")
        }
        guard let database else {
            return try document.append(
                FieldPath(members: "tags"), [.string("_geoip_database_unavailable_\(file)")], allowsDuplicates: false)
        }
        switch value {
        case .string(let text):
            if let found = try place(text, database) { try document.set(try target.path(document), .object(found)) }
        case .array(let elements):
            var found: [DocumentValue] = []
            for element in elements {
                guard case .string(let text) = element else {
                    throw ProcessorFailure("array in field [\(path.text)] should only contain strings")
                }
                let place = try place(text, database)
                if let place, firstOnly { return try document.set(try target.path(document), .object(place)) }
                found.append(place.map { .object($0) } ?? .null)
            }
            if !firstOnly, found.contains(where: { $0 != .null }) {
                try document.set(try target.path(document), .array(found))
            }
        default: throw ProcessorFailure("field [\(path.text)] should contain only string or array of strings")
        }
    }

    private func place(_ text: String, _ database: PlaceDatabase) throws(ProcessorFailure) -> DocumentObject? {
        guard let address = IPAddress(text) else { throw ProcessorFailure("'\(text)' is not an IP string literal.") }
        guard let entry = database.find(text) else { return nil }
        var place = DocumentObject()
        for name in properties {
            switch name {
            case "ip": place["ip"] = .string(text)
            case "network":
                let bits = address.isIPv4 && entry.prefixBits > 32 ? entry.prefixBits - 96 : entry.prefixBits
                place["network"] = .string(address.masked(bits) + "/\(bits)")
            case "location":
                guard let latitude = entry.value(["location", "latitude"]),
                    let longitude = entry.value(["location", "longitude"])
                else { continue }
                place["location"] = .object(["lat": latitude, "lon": longitude])
            case "region_iso_code":
                guard let country = entry.value(["country", "iso_code"]),
                    let region = entry.value(["subdivisions", "0", "iso_code"])
                else { continue }
                place[name] = .string(country.javaText + "-" + region.javaText)
            default: place[name] = Self.ways[name].flatMap { entry.value($0) }
            }
        }
        return place.isEmpty ? nil : place
    }
}
