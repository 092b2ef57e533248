// swift-tools-version:6.2
import PackageDescription

// Four layers, imports point down: Core ← Engines ← Adapters ← Server.
// Within a layer a target may import the ones listed above it. Tests/Tidy reads the
// import lines and holds this true, because SwiftPM alone does not.

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("ExistentialAny"),
]

func layer(_ folder: String, _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "Sources/\(folder)/\(name)", exclude: exclude,
        swiftSettings: settings)
}

func tests(_ folder: String, _ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = [])
    -> Target
{
    .testTarget(
        name: name, dependencies: dependencies + ["TestKit"], path: "Tests/\(folder)/\(name)", resources: resources,
        swiftSettings: settings)
}

func system(_ name: String, pkgConfig: String? = nil, apt: String? = nil) -> Target {
    .systemLibrary(
        name: name, path: "Sources/CLibraries/\(name)", pkgConfig: pkgConfig, providers: apt.map { [.apt([$0])] })
}

extension Target.Dependency {
    static let argumentParser = product(name: "ArgumentParser", package: "swift-argument-parser")
    static let asyncHTTPClient = product(name: "AsyncHTTPClient", package: "async-http-client")
    static let cryptoExtras = product(name: "CryptoExtras", package: "swift-crypto")
    static let crypto = product(name: "Crypto", package: "swift-crypto")
    static let grdb = product(name: "GRDB", package: "GRDB.swift")
    static let grpcCore = product(name: "GRPCCore", package: "grpc-swift-2")
    static let grpcHTTP2 = product(name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport")
    static let hashTree = product(name: "HashTreeCollections", package: "swift-collections")
    static let heap = product(name: "HeapModule", package: "swift-collections")
    static let hummingbird = product(name: "Hummingbird", package: "hummingbird")
    static let hummingbirdTesting = product(name: "HummingbirdTesting", package: "hummingbird")
    static let hummingbirdTLS = product(name: "HummingbirdTLS", package: "hummingbird")
    static let hummingbirdCore = product(name: "HummingbirdCore", package: "hummingbird")
    static let httpTypes = product(name: "HTTPTypes", package: "swift-http-types")
    static let logging = product(name: "Logging", package: "swift-log")
    static let mustache = product(name: "Mustache", package: "swift-mustache")
    static let nioCore = product(name: "NIOCore", package: "swift-nio")
    static let nioHTTP1 = product(name: "NIOHTTP1", package: "swift-nio")
    static let nioHTTPCompression = product(name: "NIOHTTPCompression", package: "swift-nio-extras")
    static let nioPosix = product(name: "NIOPosix", package: "swift-nio")
    static let nioSSL = product(name: "NIOSSL", package: "swift-nio-ssl")
    static let serviceLifecycle = product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
    static let unixSignals = product(name: "UnixSignals", package: "swift-service-lifecycle")
    static let yams = product(name: "Yams", package: "Yams")
}

let package = Package(
    name: "signalbox",
    products: [.executable(name: "signalbox", targets: ["signalbox"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.4.3"),
        .package(url: "https://github.com/grpc/grpc-swift-nio-transport", from: "2.9.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // MARK: C libraries — Debian's -dev packages, and the one C++ library behind a C header.

        system("CSnappy", pkgConfig: "snappy", apt: "libsnappy-dev"),
        system("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev"),
        system("CDeflate", pkgConfig: "libdeflate", apt: "libdeflate-dev"),
        system("CZstd", pkgConfig: "libzstd", apt: "libzstd-dev"),
        system("CPCRE2", pkgConfig: "libpcre2-8", apt: "libpcre2-dev"),
        system("CMaxMindDB", pkgConfig: "libmaxminddb", apt: "libmaxminddb-dev"),
        system("CMalloc"),
        system("CRdKafka", pkgConfig: "rdkafka", apt: "librdkafka-dev"),
        system("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
        .target(
            name: "CRE2", path: "Sources/CLibraries/CRE2",
            linkerSettings: [.linkedLibrary("re2")]),
        /** The console's templates, styles and scripts as bytes of the program. */
        .target(name: "CConsoleAssets", path: "Sources/CLibraries/CConsoleAssets"),

        // MARK: Core — values, byte formats, seams for clock, randomness and disk. Pure.

        /** Time, randomness and disk as things passed in; bytes, checksums, linear-time regular expressions. */
        layer("Core", "Basics", ["CRE2", .hashTree, .heap]),
        /** What a label set, a sample, an alert and a severity are; the storage ports several engines share. */
        layer("Core", "SignalModel", ["Basics"]),
        /** Bytes to model and back, without I/O: snappy, protobuf, remote write, OTLP, text exposition. */
        layer("Core", "WireFormats", ["Basics", "SignalModel", "CSnappy", "CZlib"]),

        // MARK: Engines — the product; deterministic, no sockets, no wall clock.

        /** Stores samples: sharded head, Gorilla chunks, postings, group-committed write-ahead log. */
        layer("Engines", "TSDB", ["Basics", "SignalModel", "CSnappy"]),
        /** Answers PromQL over any sample source: lexer, parser, type checker, functions, engine. */
        layer("Engines", "PromQL", ["Basics", "SignalModel"]),
        /** Go's text templates, as Prometheus' rules and Alertmanager's receivers use them. */
        layer("Engines", "GoTemplates", ["Basics", "SignalModel"]),
        /** Evaluates rule groups: recording and alerting rules, state across restarts. */
        layer("Engines", "Rules", ["Basics", "SignalModel", "PromQL", "GoTemplates"]),
        /** Documents on their way to a store: a durable queue, processors, dead letters. */
        layer("Engines", "Pipeline", ["Basics", "SignalModel", "WireFormats", "CPCRE2", "CMaxMindDB"]),
        /** Stores and finds log records: column blocks in immutable parts, query languages, one executor. */
        layer("Engines", "Logs", ["Basics", "SignalModel", "CZstd"]),
        /** Stores and finds spans on the parts of logs; puts traces together; counts requests, errors and edges. */
        layer("Engines", "Traces", ["Basics", "SignalModel", "WireFormats", "Logs"]),
        /** What is firing, whom it concerns and what is told when: routes, groups, silences, inhibition. */
        layer("Engines", "Alerting", ["Basics", "SignalModel"]),
        /** Decides who is told what and when: pages, escalation, outbox; one event-sourced state machine. */
        layer("Engines", "Response", ["Basics", "SignalModel", "Rules", "Alerting"]),

        // MARK: Adapters — the world: protocols in, channels out, databases. Conform to ports.

        /** Ways in for telemetry: remote write and OTLP requests, scraping of targets, syslog, Kafka. */
        layer(
            "Adapters", "Ingest",
            [
                "Basics", "SignalModel", "WireFormats", "Pipeline", "CRdKafka", .asyncHTTPClient, .nioCore, .nioHTTP1,
                .nioHTTPCompression, .nioPosix, .nioSSL, .logging,
            ]),
        /** Ways out for pages: a folder a channel. */
        layer(
            "Adapters", "Notifiers",
            [
                "Basics", "SignalModel", "WireFormats", "GoTemplates", "Alerting", "Response", "Ingest", "CCurl",
                .asyncHTTPClient, .crypto, .cryptoExtras, .nioCore, .nioHTTP1, .nioPosix, .logging,
            ]),
        /** Existing engines behind the storage ports: object stores, a remote metrics store. */
        layer(
            "Adapters", "Backends",
            [
                "Basics", "SignalModel", "WireFormats", "PromQL", "Ingest", .asyncHTTPClient, .nioCore, .nioHTTP1,
                .nioPosix, .logging,
            ]),
        /** Who may do what: users, sessions, tokens, roles. */
        layer("Adapters", "Identity", ["Basics", "SignalModel", .crypto, .cryptoExtras, .nioPosix]),
        /** The operations journal and small tables, in SQLite. */
        layer(
            "Adapters", "StateStore",
            [
                "Basics", "SignalModel", "WireFormats", "Alerting", "Response", "Notifiers", "Identity", "CZstd",
                .grdb,
            ]),

        // MARK: Server — wiring, HTTP dialects, console, command line. Sees everything.

        /** The HTTP dialects: Prometheus, Signalbox's own; authentication; the one map from error to status. */
        layer(
            "Server", "HTTPAPI",
            [
                "Basics", "SignalModel", "WireFormats", "PromQL", "Rules", "Pipeline", "Logs", "Traces", "Alerting",
                "Response", "Ingest",
                "Notifiers", "Identity", "CDeflate",
                .crypto, .hummingbird, .httpTypes, .nioCore, .nioPosix, .serviceLifecycle, .logging,
            ]),
        /** The pages people look at, their styles and scripts. */
        layer(
            "Server", "Console",
            [
                "Basics", "SignalModel", "PromQL", "Rules", "Alerting", "Response", "Ingest", "Identity", "HTTPAPI",
                "CConsoleAssets", .hummingbird, .httpTypes, .nioCore, .mustache, .logging,
            ],
            exclude: ["assets", "templates", "vendor"]),
        /** Configuration, the ordered list of services, reload, self telemetry. */
        layer(
            "Server", "SignalboxServer",
            [
                "Basics", "SignalModel", "WireFormats", "TSDB", "PromQL", "GoTemplates", "Rules", "Pipeline", "Logs",
                "Traces", "Alerting",
                "Response",
                "Ingest",
                "Backends", "Notifiers", "Identity", "StateStore", "HTTPAPI", "Console",
                .grpcCore, .grpcHTTP2, .hummingbird, .hummingbirdCore, .hummingbirdTLS, .httpTypes, .nioCore,
                .nioHTTP1, .nioPosix, .nioSSL,
                .serviceLifecycle, .unixSignals, .logging,
                .yams, .asyncHTTPClient,
            ]),
        /** The command line, thin. */
        .executableTarget(
            name: "signalbox", dependencies: ["SignalboxServer", "Basics", "CMalloc", .argumentParser],
            path: "Sources/Server/signalbox", swiftSettings: settings),

        // MARK: Tests — mirror Sources; the kit, the house rules and the simulations beside them.

        /** Virtual clock, seeded chance, faulty disk, fake channels. */
        .target(
            name: "TestKit", dependencies: ["Basics", "SignalModel", "WireFormats", "Response"],
            path: "Tests/TestKit",
            swiftSettings: settings),
        tests("Core", "BasicsTests", ["Basics"]),
        tests("Core", "SignalModelTests", ["SignalModel", "Basics"]),
        tests("Core", "WireFormatsTests", ["WireFormats", "SignalModel", "Basics"]),
        tests("Engines", "TSDBTests", ["TSDB", "SignalModel", "Basics"]),
        tests(
            "Engines", "PromQLTests", ["PromQL", "SignalModel", "WireFormats", "Basics"],
            resources: [.copy("Scripts/cases")]),
        tests("Engines", "GoTemplatesTests", ["GoTemplates", "SignalModel", "Basics"]),
        tests("Engines", "RulesTests", ["Rules", "GoTemplates", "PromQL", "SignalModel", "Basics"]),
        tests("Engines", "PipelineTests", ["Pipeline", "WireFormats", "SignalModel", "Basics"]),
        tests("Engines", "LogsTests", ["Logs", "Pipeline", "WireFormats", "SignalModel", "Basics"]),
        tests("Engines", "TracesTests", ["Traces", "Logs", "WireFormats", "SignalModel", "Basics"]),
        tests("Engines", "AlertingTests", ["Alerting", "SignalModel", "Basics"]),
        tests("Engines", "ResponseTests", ["Response", "Alerting", "SignalModel", "Basics"]),
        tests(
            "Adapters", "IngestTests",
            [
                "Ingest", "Pipeline", "WireFormats", "SignalModel", "Basics", "CZlib", .nioCore, .nioHTTP1, .nioPosix,
                .logging,
            ]),
        tests(
            "Adapters", "NotifiersTests",
            [
                "Notifiers", "Ingest", "Response", "WireFormats", "SignalModel", "Basics", .asyncHTTPClient, .crypto,
                .nioCore,
                .nioHTTP1,
                .nioPosix, .logging,
            ]),
        tests(
            "Adapters", "BackendsTests",
            ["Backends", "Ingest", "WireFormats", "PromQL", "SignalModel", "Basics", .nioPosix, .logging]),
        tests("Adapters", "IdentityTests", ["Identity", "SignalModel", "Basics"]),
        tests(
            "Adapters", "StateStoreTests",
            ["StateStore", "Response", "Alerting", "Notifiers", "Identity", "SignalModel", "Basics", .grdb]),
        tests(
            "Server", "HTTPAPITests",
            [
                "HTTPAPI", "Notifiers", "Identity", "PromQL", "Rules", "Response", "SignalModel", "Basics",
                .hummingbird,
                .hummingbirdTesting, .httpTypes, .nioCore, .logging,
            ]),
        tests(
            "Server", "ConsoleTests",
            [
                "Console", "HTTPAPI", "Response", "Alerting", "Rules", "Ingest", "Identity", "SignalModel", "Basics",
                .hummingbird, .hummingbirdTesting, .httpTypes, .nioCore,
            ]),
        tests(
            "Server", "SignalboxServerTests",
            [
                "SignalboxServer", "Basics", "SignalModel", "WireFormats", "GoTemplates", "Rules", "Alerting",
                "Response",
                "Ingest", "Notifiers", "Identity",
            ]),
        tests("Simulation", "OnCallSimulation", ["Response", "SignalboxServer", "Basics"]),
        tests("Simulation", "OperationsSimulation", ["Response", "Alerting", "SignalModel", "Basics"]),
        tests("Tidy", "TidyTests", []),
    ]
)
