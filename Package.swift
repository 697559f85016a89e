// swift-tools-version: 6.2
import PackageDescription

/// Settings that every target of ours shares: the strictest that the language offers today.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

/// For those who make calls: an async function goes on where its caller runs, and changes to no other executor on the
/// way there and back.
let callerSettings = settings + [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]

let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let deque: Target.Dependency = .product(name: "DequeModule", package: "swift-collections")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let asn1: Target.Dependency = .product(name: "SwiftASN1", package: "swift-asn1")
let x509: Target.Dependency = .product(name: "X509", package: "swift-certificates")
let protobuf: Target.Dependency = .product(name: "SwiftProtobuf", package: "swift-protobuf")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "entitled",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "EntitledClient", targets: ["EntitledClient"]),
        .executable(name: "entitled", targets: ["entitled"]),
        .executable(name: "entitlectl", targets: ["entitlectl"]),
        .executable(name: "entitled-bench", targets: ["entitled-bench"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(
            url: "https://github.com/apple/swift-configuration", from: "1.4.0",
            traits: [.defaults, "CommandLineArguments"]),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        .package(url: "https://github.com/swiftcsv/SwiftCSV", from: "0.10.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // The domain: values, commands and rules. Imports nothing of ours.
        .target(name: "EntitledCore", dependencies: [crypto], exclude: ["README.md"], swiftSettings: settings),

        // Outward: what travels over the wire, and the SDK.
        .target(name: "EntitledWire", dependencies: ["EntitledCore", nioCore, protobuf], swiftSettings: settings),
        .target(
            name: "EntitledClient",
            dependencies: ["EntitledCore", "EntitledWire", logging, lifecycle, nioCore, nioPosix, nioSSL, nioTLS],
            exclude: ["README.md"], swiftSettings: callerSettings),

        // Inward: batches over a store, and the store on PostgreSQL.
        .target(
            name: "EntitledService", dependencies: ["EntitledCore", crypto, deque, lifecycle, logging],
            exclude: ["README.md"], swiftSettings: settings),
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev", "libssl-dev"])]),
        .target(
            name: "EntitledPostgres", dependencies: ["CLibPQ", deque, logging],
            exclude: ["README.md"], swiftSettings: settings),
        .target(
            name: "EntitledSchema", path: "schema", exclude: ["README.md"],
            resources: [.embedInCode("control"), .embedInCode("tenant")],
            swiftSettings: settings),
        .target(
            name: "EntitledStore",
            dependencies: [
                "EntitledCore", "EntitledService", "EntitledPostgres", "EntitledSchema", crypto, logging,
            ],
            exclude: ["README.md"], resources: [.embedInCode("SQL")], swiftSettings: settings),

        // The doors.
        .target(
            name: "EntitledServer",
            dependencies: [
                "EntitledCore", "EntitledWire", "EntitledService", logging, lifecycle, nioCore, nioPosix, nioSSL,
                nioTLS, .product(name: "Configuration", package: "swift-configuration"),
            ],
            exclude: ["README.md"], swiftSettings: settings),

        // For development, benchmarks and tests.
        .target(
            name: "EntitledDevelopment",
            dependencies: [crypto, asn1, x509], swiftSettings: settings),
        .target(
            name: "EntitledTestKit",
            dependencies: [
                "EntitledCore", "EntitledWire", "EntitledService", "EntitledPostgres", "EntitledStore",
                "EntitledDevelopment", logging,
            ],
            swiftSettings: settings),
        .target(name: "CAllocations"),

        // Executables only compose.
        .executableTarget(
            name: "entitled",
            dependencies: [
                "EntitledCore", "EntitledService", "EntitledStore", "EntitledPostgres", "EntitledServer",
                "EntitledDevelopment", arguments, logging, lifecycle, signals,
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "entitlectl",
            dependencies: [
                "EntitledCore", "EntitledClient", "EntitledService", "EntitledStore", "EntitledPostgres", arguments,
                crypto,
                logging, .product(name: "SwiftCSV", package: "SwiftCSV"),
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "entitled-bench",
            dependencies: [
                "EntitledCore", "EntitledClient", "EntitledService", "EntitledStore", "EntitledPostgres",
                "EntitledDevelopment", arguments, logging, signals,
                .product(name: "Histogram", package: "hdrhistogram-swift"),
            ],
            exclude: ["README.md"], resources: [.embedInCode("SQL")], swiftSettings: callerSettings),
        .executableTarget(
            name: "entitled-microbench",
            dependencies: [
                "CAllocations", "EntitledCore", "EntitledWire", "EntitledPostgres", "EntitledStore", arguments, nioCore,
            ],
            exclude: ["README.md"], swiftSettings: settings),

        // Tests, a target for each of ours; EntitledSystemTests runs real processes, ProjectTests reads the sources.
        .testTarget(
            name: "EntitledCoreTests", dependencies: ["EntitledCore", "EntitledDevelopment", "EntitledTestKit"],
            swiftSettings: settings),
        .testTarget(
            name: "EntitledWireTests",
            dependencies: [
                "EntitledCore", "EntitledWire", nioCore, protobuf, .product(name: "NIOEmbedded", package: "swift-nio"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "EntitledServiceTests",
            dependencies: ["EntitledCore", "EntitledService", "EntitledTestKit", logging], swiftSettings: settings),
        .testTarget(
            name: "EntitledPostgresTests", dependencies: ["EntitledPostgres", "EntitledTestKit", logging],
            swiftSettings: settings),
        .testTarget(
            name: "EntitledStoreTests",
            dependencies: [
                "EntitledCore", "EntitledService", "EntitledPostgres", "EntitledStore", "EntitledSchema",
                "EntitledTestKit", logging,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "EntitledServerTests",
            dependencies: [
                "EntitledCore", "EntitledWire", "EntitledService", "EntitledServer", "EntitledDevelopment",
                "EntitledTestKit", logging, lifecycle, nioCore, nioPosix, nioSSL,
                .product(name: "Configuration", package: "swift-configuration"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "EntitledClientTests",
            dependencies: [
                "EntitledCore", "EntitledWire", "EntitledClient", "EntitledDevelopment", logging, lifecycle, nioCore,
                nioPosix, nioSSL, nioTLS,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "EntitledDevelopmentTests", dependencies: ["EntitledDevelopment"], swiftSettings: settings),
        .testTarget(
            name: "EntitlectlTests", dependencies: ["entitlectl", "EntitledClient", "EntitledCore", arguments],
            swiftSettings: settings),
        // Runs entitled-microbench as a process and doesn't link it: its malloc isn't for this one.
        .testTarget(
            name: "EntitledBenchTests",
            dependencies: ["entitled-bench", "entitled", "EntitledClient", "EntitledDevelopment", "EntitledTestKit"],
            exclude: ["Micro/ceilings.json"],
            swiftSettings: settings),
        .testTarget(
            name: "EntitledSystemTests",
            dependencies: [
                "EntitledCore", "EntitledClient", "EntitledPostgres", "EntitledService", "EntitledStore",
                "EntitledDevelopment", "EntitledTestKit", "entitled", "entitlectl", logging,
            ],
            swiftSettings: settings),
        .testTarget(name: "ProjectTests", swiftSettings: settings),
    ]
)
