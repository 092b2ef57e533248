import Testing

struct FingerprintProcessorTests {
    /// Digests of a zero byte and `bar`, a zero byte and `foo`: those that Elasticsearch makes.
    @Test(arguments: [
        ("MD5", "b+3QyaPYdnUF1lb5IKE+1g=="),
        ("SHA-1", "SX/93t223OurJvgMUOCtSl9hcpg="),
        ("SHA-256", "zDQYTy34tBlmNedlDdn++N7NN+wBY15mCoPDINmUxXc="),
        ("SHA-512", "xNIpYyJzRmg5R0T44ZORC2tgh8N4tVtTFzD5AdBqxmdOuRUjibQQ64lgefkbuZFl8Hv9ze9U6PAmrlgJPcRPGA=="),
        ("MurmurHash3", "yjfaOoy2UQ3EHZRAzFK9sw=="),
    ])
    func theDigestIsThatOfElasticsearch(method: String, digest: String) throws {
        try ProcessorCase("fingerprint", #"{"fields":["foo","bar"],"method":"\#(method)"}"#).expect(
            #"{"foo":"foo","bar":"bar"}"#, becomes: #"{"foo":"foo","bar":"bar","fingerprint":"\#(digest)"}"#)
    }

    /// Past one block of each method; the expected digests are of Python's hashlib.
    @Test(arguments: [
        ("SHA-512", "aW6AT7m54nEuu05yoPqL/r9fUaL+rQrWCLZ00cJ1XyrvdT8iQABsp39Wg00OmTtaqekr7/yLR9krWxfAQSrc+Q==")
    ])
    func aLongTextHasItsDigest(method: String, digest: String) throws {
        let text = String(repeating: "x", count: 300)
        try ProcessorCase("fingerprint", #"{"fields":["a"],"method":"\#(method)"}"#).expect(
            #"{"a":"\#(text)"}"#, becomes: #"{"a":"\#(text)","fingerprint":"\#(digest)"}"#)
    }

    @Test(arguments: [
        // Members by their names; numbers of four or eight bytes, the lowest first.
        (
            #"{"fields":["m"]}"#, #"{"m":{"b":[1,2.5,true,false,null],"a":{"z":4294967296}}}"#,
            #"tkRyfktmQUz0AdBDX70cXHEgNpw="#
        ),
        (#"{"fields":["a"],"salt":"salt"}"#, #"{"a":"foo"}"#, #"rWTTCYvRPQAzKXydmKwyC+//dmM="#),
        (#"{"fields":["a","b"],"ignore_missing":true}"#, #"{"a":"foo"}"#, #"WoyqQDn9vALAGmScjA9Z2yg7sos="#),
    ])
    func everyKindOfValueCounts(options: String, before: String, digest: String) throws {
        try ProcessorCase("fingerprint", options).expect(
            before, becomes: before.dropLast() + #","fingerprint":"\#(digest)"}"#)
    }

    @Test func withoutAnyOfItsFieldsThereIsNone() throws {
        try ProcessorCase("fingerprint", #"{"fields":["a"],"ignore_missing":true}"#).expect("{}", becomes: "{}")
    }

    @Test(arguments: [
        (#"{"fields":["a"]}"#, #"{}"#, #"missing field [a] when calculating fingerprint"#),
        (#"{"fields":["a"]}"#, #"{"a":null}"#, #"missing field [a] when calculating fingerprint"#),
    ])
    func aDocumentItCannotWorkOnFailsAndSaysWhy(options: String, before: String, reason: String) throws {
        try ProcessorCase("fingerprint", options).expect(before, failsWith: reason)
    }

    @Test(arguments: [
        (
            #"{"fields":["a"],"method":"SHA-3"}"#, #"method"# as String?,
            "[method] [SHA-3] must be one of the supported hash methods [MD5,SHA-1,SHA-256,SHA-512,MurmurHash3]"
        ),
        (#"{}"#, #"fields"# as String?, #"[fields] must specify at least one field"#),
    ])
    func aMistakeInItsOptionsIsRefused(options: String, property: String?, reason: String) {
        ProcessorCase("fingerprint", options).expectRefused(property, reason)
    }
}
