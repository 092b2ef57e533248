extension GrokPatterns {
    private static let versions = #"""
        MAVEN_VERSION (?:(?:\d+)\.)?(?:(?:\d+)\.)?(?:\*|\d+)(?:[.-](?:RELEASE|SNAPSHOT))?

        """#

    /// MCollective, BIND's queries, Maven's versions.
    static let toolsLegacy =
        versions + #"""
            MCOLLECTIVE ., \[%{TIMESTAMP_ISO8601:timestamp} #%{POSINT:pid}\]%{SPACE}%{LOGLEVEL:event_level}
            MCOLLECTIVEAUDIT %{TIMESTAMP_ISO8601:timestamp}:
            BIND9_TIMESTAMP %{MONTHDAY}[-]%{MONTH}[-]%{YEAR} %{TIME}
            BIND9 %{BIND9_TIMESTAMP:timestamp} queries: %{LOGLEVEL:loglevel}: client(?: @0x[0-9a-f]+)? %{IP:clientip}#%{POSINT:clientport} \(%{GREEDYDATA:query}\): query: %{GREEDYDATA:target} IN %{GREEDYDATA:querytype} \(%{IP:dns}\)
            """#

    static let toolsECS =
        versions + #"""
            MCOLLECTIVE ., \[%{TIMESTAMP_ISO8601:timestamp} #%{POSINT:process.pid:int}\]%{SPACE}%{LOGLEVEL:log.level}
            MCOLLECTIVEAUDIT %{TIMESTAMP_ISO8601:timestamp}:
            BIND9_TIMESTAMP %{MONTHDAY}[-]%{MONTH}[-]%{YEAR} %{TIME}
            BIND9_DNSTYPE (?:A|AAAA|CAA|CDNSKEY|CDS|CERT|CNAME|CSYNC|DLV|DNAME|DNSKEY|DS|HINFO|LOC|MX|NAPTR|NS|NSEC|NSEC3|OPENPGPKEY|PTR|RRSIG|RP|SIG|SMIMEA|SOA|SRV|TSIG|TXT|URI)
            BIND9_CATEGORY (?:queries)
            BIND9 %{BIND9_TIMESTAMP:timestamp} %{BIND9_CATEGORY:bind.log.category}: %{LOGLEVEL:log.level}: client(?: @0x[0-9a-f]+)? %{IP:client.ip}#%{POSINT:client.port:int} \(%{GREEDYDATA:bind.log.question.name}\): query: %{GREEDYDATA:dns.question.name} (?<dns.question.class>IN) %{BIND9_DNSTYPE:dns.question.type}(?: %{DATA:bind.log.question.flags})? \(%{IP:server.ip}\)
            """#
}
