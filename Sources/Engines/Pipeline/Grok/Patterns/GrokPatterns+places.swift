extension GrokPatterns {
    /// Addresses, names of hosts, paths, URIs.
    static let places = #"""
        MAC (?:%{CISCOMAC}|%{WINDOWSMAC}|%{COMMONMAC})
        CISCOMAC (?:(?:[A-Fa-f0-9]{4}\.){2}[A-Fa-f0-9]{4})
        WINDOWSMAC (?:(?:[A-Fa-f0-9]{2}-){5}[A-Fa-f0-9]{2})
        COMMONMAC (?:(?:[A-Fa-f0-9]{2}:){5}[A-Fa-f0-9]{2})
        V6GROUP [0-9A-Fa-f]{1,4}
        V4OCTET (?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])
        V4DOTTED (?:%{V4OCTET}(?:\.%{V4OCTET}){3})
        V6TAIL (?:[0-9]{1,3}\.){3}[0-9]{1,3}
        IPV6 (?:(?:(?:%{V6GROUP}:){7}(?:%{V6GROUP}|:))|(?:(?:%{V6GROUP}:){6}(?::%{V6GROUP}|%{V6TAIL}|:))|(?:(?:%{V6GROUP}:){5}(?:(?::%{V6GROUP}){1,2}|:%{V6TAIL}|:))|(?:(?:%{V6GROUP}:){4}(?:(?::%{V6GROUP}){1,3}|(?::%{V6GROUP})?:%{V6TAIL}|:))|(?:(?:%{V6GROUP}:){3}(?:(?::%{V6GROUP}){1,4}|(?::%{V6GROUP}){0,2}:%{V6TAIL}|:))|(?:(?:%{V6GROUP}:){2}(?:(?::%{V6GROUP}){1,5}|(?::%{V6GROUP}){0,3}:%{V6TAIL}|:))|(?:%{V6GROUP}:(?:(?::%{V6GROUP}){1,6}|(?::%{V6GROUP}){0,4}:%{V6TAIL}|:))|(?::(?:(?::%{V6GROUP}){1,7}|(?::%{V6GROUP}){0,5}:%{V6TAIL}|:)))(?:%[0-9A-Za-z._-]+)?
        IPV4 (?<![0-9])%{V4DOTTED}(?![0-9])
        IP (?:%{IPV6}|%{IPV4})
        HOSTNAME \b(?:[0-9A-Za-z][0-9A-Za-z-]{0,62})(?:\.(?:[0-9A-Za-z][0-9A-Za-z-]{0,62}))*(?:\.?|\b)
        HOST %{HOSTNAME}
        IPORHOST (?:%{IP}|%{HOSTNAME})
        HOSTPORT %{IPORHOST}:%{POSINT}
        PATH (?:%{UNIXPATH}|%{WINPATH})
        UNIXPATH (?:/[[:alnum:]_%!$@:.,+~-]*)+
        TTY (?:/dev/(?:pts|tty(?:[pq])?)(?:\w+)?/?(?:[0-9]+))
        WINPATH (?>[A-Za-z]+:|\\)(?:\\[^\\?*]*)+
        URIPROTO [A-Za-z](?:[A-Za-z0-9+.-]+)+
        URIHOST %{IPORHOST}(?::%{POSINT})?
        URIPATH (?:/[A-Za-z0-9$.+!*'(){},~:;=@#%&_-]*)+
        URIQUERY [A-Za-z0-9$.+!*'|(){},~@#%&/=:;_?\[\]<>-]*
        URIPARAM \?%{URIQUERY}
        URIPATHPARAM %{URIPATH}(?:\?%{URIQUERY})?
        URI %{URIPROTO}://(?:%{USER}(?::[^@]*)?@)?(?:%{URIHOST})?(?:%{URIPATH}(?:\?%{URIQUERY})?)?
        """#
}
