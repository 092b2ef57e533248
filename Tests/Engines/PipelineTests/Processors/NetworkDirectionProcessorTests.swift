import Testing

struct NetworkDirectionProcessorTests {
    @Test(arguments: [
        (
            #"{"internal_networks":["private"]}"#, #"{"source":{"ip":"10.1.2.3"},"destination":{"ip":"8.8.8.8"}}"#,
            #"{"source":{"ip":"10.1.2.3"},"destination":{"ip":"8.8.8.8"},"network":{"direction":"outbound"}}"#
        ),
        (
            #"{"internal_networks":["private"]}"#, #"{"source":{"ip":"8.8.8.8"},"destination":{"ip":"192.168.0.1"}}"#,
            #"{"source":{"ip":"8.8.8.8"},"destination":{"ip":"192.168.0.1"},"network":{"direction":"inbound"}}"#
        ),
        (
            #"{"internal_networks":["private"]}"#, #"{"source":{"ip":"10.0.0.1"},"destination":{"ip":"172.16.9.9"}}"#,
            #"{"source":{"ip":"10.0.0.1"},"destination":{"ip":"172.16.9.9"},"network":{"direction":"internal"}}"#
        ),
        (
            #"{"internal_networks":["private"]}"#, #"{"source":{"ip":"1.1.1.1"},"destination":{"ip":"8.8.8.8"}}"#,
            #"{"source":{"ip":"1.1.1.1"},"destination":{"ip":"8.8.8.8"},"network":{"direction":"external"}}"#
        ),
        (
            #"{"internal_networks":["public","2001:db8::/32"]}"#,
            #"{"source":{"ip":"2001:db8::1"},"destination":{"ip":"10.0.0.1"}}"#,
            #"{"source":{"ip":"2001:db8::1"},"destination":{"ip":"10.0.0.1"},"network":{"direction":"outbound"}}"#
        ),
    ])
    func itDoesItsWork(options: String, before: String, after: String) throws {
        try ProcessorCase("network_direction", options).expect(before, becomes: after)
    }

    /// An address that is in it, one that is not.
    @Test(arguments: [
        ("loopback", "127.1.2.3", "10.0.0.1"), ("loopback", "::1", "::2"), ("unspecified", "0.0.0.0", "0.0.0.1"),
        ("private", "172.31.0.1", "172.32.0.1"), ("private", "fd12::1", "fc00::1"),
        ("link_local_unicast", "169.254.3.4", "169.253.3.4"), ("link_local_unicast", "fe80::9", "fec0::9"),
        ("link_local_multicast", "224.0.0.251", "224.0.1.1"), ("link_local_multicast", "ff02::fb", "ff05::fb"),
        ("interface_local_multicast", "ff01::1", "ff02::1"), ("multicast", "239.1.1.1", "240.1.1.1"),
        ("unicast", "10.0.0.1", "239.1.1.1"), ("global_unicast", "8.8.8.8", "255.255.255.255"),
        ("unicast", "2001:db8::1", "fe80::1"), ("public", "8.8.8.8", "10.0.0.1"),
        ("public", "239.1.1.1", "224.0.0.9"),
        ("192.0.2.0/24", "192.0.2.255", "192.0.3.0"), ("192.0.2.7", "192.0.2.7", "192.0.2.8"),
    ])
    func everyNameOfNetworksMeansItsAddresses(network: String, inside: String, outside: String) throws {
        try ProcessorCase("network_direction", #"{"internal_networks":["\#(network)"],"target_field":"d"}"#).expect(
            #"{"source":{"ip":"\#(inside)"},"destination":{"ip":"\#(outside)"}}"#,
            becomes: #"{"source":{"ip":"\#(inside)"},"destination":{"ip":"\#(outside)"},"d":"outbound"}"#)
    }

    @Test(arguments: [
        (
            #"{"internal_networks":["{{n}}"]}"#,
            #"{"n":"nowhere","source":{"ip":"10.0.0.1"},"destination":{"ip":"10.0.0.1"}}"#,
            #"'nowhere' is not an IP string literal."#
        )
    ])
    func aDocumentItCannotWorkOnFailsAndSaysWhy(options: String, before: String, reason: String) throws {
        try ProcessorCase("network_direction", options).expect(before, failsWith: reason)
    }

    @Test(arguments: [
        (
            #"{}"#, #"internal_networks"# as String?,
            #"[internal_networks] or [internal_networks_field] must be specified, and not both"#
        ),
        (
            #"{"internal_networks":["10.0.0.0/99"]}"#, #"internal_networks"# as String?,
            #"[internal_networks] '10.0.0.0/99' is not an IP string literal."#
        ),
    ])
    func aMistakeInItsOptionsIsRefused(options: String, property: String?, reason: String) {
        ProcessorCase("network_direction", options).expectRefused(property, reason)
    }
}
