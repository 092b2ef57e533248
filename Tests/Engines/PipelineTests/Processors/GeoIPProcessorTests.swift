import Testing

@testable import Pipeline

struct GeoIPProcessorTests {
    @Test(arguments: [
        (
            #"{"field":"a"}"#, #"{"a":"8.8.8.8"}"#,
            #"{"a":"8.8.8.8","tags":["_geoip_database_unavailable_GeoLite2-City.mmdb"]}"#
        ),
        (
            #"{"field":"a","database_file":"x.mmdb"}"#, #"{"a":"8.8.8.8","tags":["t"]}"#,
            #"{"a":"8.8.8.8","tags":["t","_geoip_database_unavailable_x.mmdb"]}"#
        ),
        (#"{"field":"a","ignore_missing":true}"#, "{}", "{}"),
    ])
    func withoutItsDatabaseTheDocumentIsMarked(options: String, before: String, after: String) throws {
        try ProcessorCase("geoip", options).expect(before, becomes: after)
    }

    /// Databases of the fixtures.
    private static let resources: PipelineResources = {
        var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        parts.removeLast(5)
        return PipelineResources(databaseDirectory: (parts + ["Fixtures", "places"]).joined(separator: "/"))
    }()

    @Test(arguments: [
        (
            #"{"field":"a","database_file":"city.mmdb"}"#, #"{"a":"203.0.113.9"}"#,
            #"{"a":"203.0.113.9","geoip":{"continent_name":"Europe","country_name":"Netherlands","country_iso_code":"NL","region_iso_code":"NL-NH","region_name":"North Holland","city_name":"Amsterdam","location":{"lat":52.5,"lon":4.75}}}"#
        ),
        (
            #"{"field":"a","database_file":"city.mmdb","target_field":"source.geo"}"#, #"{"a":"2001:db8::1"}"#,
            #"{"a":"2001:db8::1","source":{"geo":{"country_name":"Germany","country_iso_code":"DE"}}}"#
        ),
        (
            #"{"field":"a","database_file":"asn.mmdb"}"#, #"{"a":"203.0.113.9"}"#,
            #"{"a":"203.0.113.9","geoip":{"ip":"203.0.113.9","asn":64500,"organization_name":"Example Transit","network":"203.0.113.0/24"}}"#
        ),
        (#"{"field":"a","database_file":"city.mmdb"}"#, #"{"a":"10.0.0.1"}"#, #"{"a":"10.0.0.1"}"#),
    ])
    func whatADatabaseKnowsIsWrittenDown(options: String, before: String, after: String) throws {
        try ProcessorCase("geoip", options, Self.resources).expect(before, becomes: after)
    }

    @Test func theOtherNameHasAFieldOfItsOwn() throws {
        let options = #"{"field":"a","database_file":"city.mmdb","properties":["country_iso_code"]}"#
        try ProcessorCase("ip_location", options, Self.resources).expect(
            #"{"a":"203.0.113.9"}"#, becomes: #"{"a":"203.0.113.9","ip_location":{"country_iso_code":"NL"}}"#)
    }

    @Test func whatIsNoAddressFails() throws {
        try ProcessorCase("geoip", #"{"field":"a","database_file":"city.mmdb"}"#, Self.resources)
            .expect(#"{"a":"nowhere"}"#, failsWith: "'nowhere' is not an IP string literal.")
    }

    @Test(arguments: [
        (
            #"{"field":"a","database_file":"../x"}"#, "database_file",
            "[database_file] a name of a file is wanted, not a path"
        ),
        (#"{"field":"a","properties":["x"]}"#, "properties", "[properties] illegal property value [x]"),
    ])
    func aMistakeInItsOptionsIsRefused(options: String, property: String?, reason: String) {
        ProcessorCase("geoip", options).expectRefused(property, reason)
    }
}
