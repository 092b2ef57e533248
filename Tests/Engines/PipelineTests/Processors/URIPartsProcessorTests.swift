import Testing

struct URIPartsProcessorTests {
    @Test(arguments: [
        (
            #"{"field":"a"}"#, #"{"a":"http://u:p@example.com:80/x/foo.gif?k=v#frag"}"#,
            #"{"a":"http://u:p@example.com:80/x/foo.gif?k=v#frag","url":{"fragment":"frag","query":"k=v","scheme":"http","user_info":"u:p","username":"u","password":"p","port":80,"domain":"example.com","path":"/x/foo.gif","extension":"gif","original":"http://u:p@example.com:80/x/foo.gif?k=v#frag"}}"#
        ),
        (
            #"{"field":"a","keep_original":false,"remove_if_successful":true}"#, #"{"a":"https://[::1]/"}"#,
            #"{"url":{"scheme":"https","domain":"[::1]","path":"/"}}"#
        ),
        (
            #"{"field":"a","keep_original":false,"remove_if_successful":true}"#,
            #"{"a":"http://b%40b@x.org/a%20b/c.tar.g%7a?q=a%26b+c#f%C3%A9"}"#,
            #"{"url":{"fragment":"fé","query":"q=a&b+c","scheme":"http","user_info":"b@b","domain":"x.org","path":"/a b/c.tar.gz","extension":"gz"}}"#
        ),
        (
            #"{"field":"a","keep_original":false,"remove_if_successful":true}"#,
            #"{"a":"https://x.org/a b%20c?q=%zz"}"#,
            #"{"url":{"query":"q=%zz","scheme":"https","domain":"x.org","path":"/a b%20c"}}"#
        ),
    ])
    func itDoesItsWork(options: String, before: String, after: String) throws {
        try ProcessorCase("uri_parts", options).expect(before, becomes: after)
    }

    @Test(arguments: [
        (#"{"field":"a"}"#, #"{"a":"not a uri"}"#, #"unable to parse URI [not a uri]"#),
        (#"{"field":"a"}"#, #"{"a":"x:%zz"}"#, #"unable to parse URI [x:%zz]"#),
    ])
    func aDocumentItCannotWorkOnFailsAndSaysWhy(options: String, before: String, reason: String) throws {
        try ProcessorCase("uri_parts", options).expect(before, failsWith: reason)
    }
}
