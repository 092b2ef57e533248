extension GrokPatterns {
    private static let java = #"""
        JAVACLASS (?:[a-zA-Z$_][a-zA-Z$_0-9]*\.)*[a-zA-Z$_][a-zA-Z$_0-9]*
        JAVAFILE (?:[a-zA-Z$_0-9. -]+)
        JAVAMETHOD (?:(?:<(?:cl)?init>)|[a-zA-Z$_][a-zA-Z$_0-9]*)
        JAVATHREAD (?:[A-Z]{2}-Processor[\d]+)
        CATALINA_DATESTAMP (?:%{MONTH} %{MONTHDAY}, %{YEAR} %{HOUR}:%{MINUTE}:%{SECOND} (?:AM|PM))|(?:%{MONTHDAY}-%{MONTH}-%{YEAR} %{HOUR}:%{MINUTE}:%{SECOND})
        TOMCAT_DATESTAMP (?:%{CATALINA_DATESTAMP})|(?:%{YEAR}-%{MONTHNUM}-%{MONTHDAY} %{HOUR}:%{MINUTE}:%{SECOND} %{ISO8601_TIMEZONE})
        CATALINA7_DATESTAMP %{MONTH} %{MONTHDAY}, %{YEAR} %{HOUR}:%{MINUTE}:%{SECOND} (?:AM|PM)
        CATALINA8_DATESTAMP %{MONTHDAY}-%{MONTH}-%{YEAR} %{HOUR}:%{MINUTE}:%{SECOND}
        TOMCAT7_DATESTAMP %{YEAR}-%{MONTHNUM}-%{MONTHDAY} %{HOUR}:%{MINUTE}:%{SECOND} %{ISO8601_TIMEZONE}
        TOMCAT8_DATESTAMP %{CATALINA8_DATESTAMP}

        """#

    static let javaLegacy =
        java + #"""
            JAVALOGMESSAGE (?:.*)
            JAVASTACKTRACEPART %{SPACE}at %{JAVACLASS:class}\.%{JAVAMETHOD:method}\(%{JAVAFILE:file}(?::%{NUMBER:line})?\)
            CATALINA7_LOG %{CATALINA7_DATESTAMP:timestamp} %{JAVACLASS:class}(?: %{JAVAMETHOD:method})?\s*(?:%{LOGLEVEL:level}:)? %{JAVALOGMESSAGE:logmessage}
            CATALINA8_LOG %{CATALINA8_DATESTAMP:timestamp} %{LOGLEVEL:level} \[%{DATA:thread}\] %{JAVACLASS:class}\.(?:%{JAVAMETHOD:method})? %{JAVALOGMESSAGE:logmessage}
            CATALINALOG (?:%{CATALINA8_LOG})|(?:%{CATALINA7_LOG})
            TOMCAT7_LOG %{TOMCAT7_DATESTAMP:timestamp} \| %{LOGLEVEL:level} \| %{JAVACLASS:class} - %{JAVALOGMESSAGE:logmessage}
            TOMCAT8_LOG %{CATALINA8_LOG}
            TOMCATLOG (?:%{TOMCAT8_LOG})|(?:%{TOMCAT7_LOG})|(?:%{CATALINALOG})
            """#

    static let javaECS =
        java + #"""
            JAVALOGMESSAGE (?:.*)
            JAVASTACKTRACEPART %{SPACE}at %{JAVACLASS:java.log.origin.class.name}\.%{JAVAMETHOD:log.origin.function}\(%{JAVAFILE:log.origin.file.name}(?::%{INT:log.origin.file.line:int})?\)
            CATALINA7_LOG %{CATALINA7_DATESTAMP:timestamp} %{JAVACLASS:java.log.origin.class.name}(?: %{JAVAMETHOD:log.origin.function})?\s*(?:%{LOGLEVEL:log.level}:)? %{JAVALOGMESSAGE:message}
            CATALINA8_LOG %{CATALINA8_DATESTAMP:timestamp} %{LOGLEVEL:log.level} \[%{DATA:java.log.origin.thread.name}\] %{JAVACLASS:java.log.origin.class.name}\.(?:%{JAVAMETHOD:log.origin.function})? %{JAVALOGMESSAGE:message}
            CATALINALOG (?:%{CATALINA8_LOG})|(?:%{CATALINA7_LOG})
            TOMCAT7_LOG %{TOMCAT7_DATESTAMP:timestamp} \| %{LOGLEVEL:log.level} \| %{JAVACLASS:java.log.origin.class.name} - %{JAVALOGMESSAGE:message}
            TOMCAT8_LOG %{CATALINA8_LOG}
            TOMCATLOG (?:%{TOMCAT8_LOG})|(?:%{TOMCAT7_LOG})|(?:%{CATALINALOG})
            """#
}
