import Testing

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
