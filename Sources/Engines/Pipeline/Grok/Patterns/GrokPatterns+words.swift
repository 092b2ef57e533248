extension GrokPatterns {
    /// Numbers, words, quoted texts.
    static let words = #"""
        USERNAME [a-zA-Z0-9._-]+
        USER %{USERNAME}
        EMAILLOCALPART [a-zA-Z0-9!#$%&'*+\/=?^_`{|}~-]{1,64}(?:\.[a-zA-Z0-9!#$%&'*+\/=?^_`{|}~-]{1,62}){0,63}
        EMAILADDRESS %{EMAILLOCALPART}@%{HOSTNAME}
        INT (?:[+-]?\d+)
        BASE10NUM (?<![0-9.+-])(?>[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+))
        NUMBER (?:%{BASE10NUM})
        BASE16NUM (?<![0-9A-Fa-f])(?:[+-]?(?:0x)?[0-9A-Fa-f]+)
        BASE16FLOAT \b(?<![0-9A-Fa-f.])(?:[+-]?(?:0x)?(?:[0-9A-Fa-f]+(?:\.[0-9A-Fa-f]*)?|\.[0-9A-Fa-f]+))\b
        POSINT \b(?:[1-9][0-9]*)\b
        NONNEGINT \b(?:[0-9]+)\b
        WORD \b\w+\b
        NOTSPACE \S+
        SPACE \s*
        DATA .*?
        GREEDYDATA .*
        QUOTEDSTRING (?>(?<!\\)(?>"(?>\\.|[^\\"]+)*"|'(?>\\.|[^\\']+)*'|`(?>\\.|[^\\`]+)*`))
        QS %{QUOTEDSTRING}
        UUID [A-Fa-f0-9]{8}(?:-[A-Fa-f0-9]{4}){3}-[A-Fa-f0-9]{12}
        URN urn:[0-9A-Za-z][0-9A-Za-z-]{0,31}:(?:%[0-9a-fA-F]{2}|[0-9A-Za-z()+,.:=@;$_!*'/?#-])+
        LOGLEVEL ([Aa]lert|ALERT|[Tt]race|TRACE|[Dd]ebug|DEBUG|[Nn]otice|NOTICE|[Ii]nfo(?:rmation)?|INFO(?:RMATION)?|[Ww]arn(?:ing)?|WARN(?:ING)?|[Ee]rr(?:or)?|ERR(?:OR)?|[Cc]rit(?:ical)?|CRIT(?:ICAL)?|[Ff]atal|FATAL|[Ss]evere|SEVERE|EMERG(?:ENCY)?|[Ee]merg(?:ency)?)
        """#
}
