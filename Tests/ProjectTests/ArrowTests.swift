import Testing

@Suite("Who imports whom")
struct ArrowTests {
    let checkout = Checkout.current

    private func sources(of module: String) throws -> [TextFile] {
        try checkout.paths(below: Arrows.folder(of: module)).filter { $0.hasSuffix(".swift") }.map(checkout.text)
    }

    @Test("Every import goes where the architecture lets it", arguments: Arrows.modules.sorted())
    func imports(module: String) throws {
        report(try sources(of: module).flatMap { Arrows.findings(in: $0, of: module) })
    }

    @Test("Every module exists, and no other", arguments: Arrows.modules.sorted())
    func exists(module: String) throws {
        let paths = try checkout.paths(below: Arrows.folder(of: module))
        #expect(paths.contains { $0.hasSuffix(".swift") || $0.hasSuffix(".h") }, "\(module) has no source file")
    }

    @Test func noOtherModules() throws {
        let folders = Set(try checkout.names(in: "Sources"))
        #expect(folders == Arrows.modules.subtracting(["EntitledSchema"]))
    }

    @Test("The manifest says the same as the architecture, and covers the imports")
    func manifest() throws {
        let manifest = Manifest(try checkout.text("Package.swift").text)
        report(Arrows.findings(in: manifest))
        for module in Arrows.modules {
            report(try sources(of: module).flatMap { Arrows.undeclared(in: $0, of: module, manifest) })
        }
    }
}

@Suite("The checks of imports see what is wrong")
struct ArrowCheckTests {
    private func file(_ text: String) -> TextFile { TextFile(path: "File.swift", text: text) }

    @Test(arguments: [
        ("import EntitledWire", ["EntitledWire"]),
        ("public import EntitledCore", ["EntitledCore"]),
        ("@_exported public import EntitledCore", ["EntitledCore"]),
        ("@testable import EntitledCore  // why", ["EntitledCore"]),
        ("@preconcurrency package import struct NIOCore.ByteBuffer", ["NIOCore"]),
        ("    import class Foundation.URL", ["Foundation"]),
        ("import A; internal import B", ["A", "B"]),
        ("// import EntitledWire", []),
        ("let important = 1", []),
        ("#if canImport(Glibc)", []),
    ])
    func importsAreRead(text: String, modules: [String]) {
        #expect(Arrows.imports(in: file(text)).map(\.name) == modules)
    }

    @Test(arguments: [
        ("EntitledCore", "import EntitledService"),
        ("EntitledCore", "internal import NIOCore"),
        ("EntitledService", "package import EntitledStore"),
        ("EntitledService", "import SwiftProtobuf"),
        ("EntitledStore", "import CLibPQ"),
        ("EntitledPostgres", "import EntitledCore"),
        ("EntitledDevelopment", "import EntitledPostgres"),
        ("EntitledServer", "import X509"),
        ("EntitledServer", "import EntitledStore"),
        ("EntitledClient", "import enum EntitledService.Limits"),
        ("EntitledClient", "import Configuration"),
        ("EntitledTestKit", "import entitled_bench"),
        ("EntitledTestKit", "import ArgumentParser"),
        ("EntitledWire", "import EntitledNowhere"),
        ("entitled", "import EntitledTestKit"),
        ("entitled", "import SwiftCSV"),
        ("entitled-bench", "@testable import entitlectl"),
        ("entitlectl", "import NIOPosix"),
        ("entitled-bench", "import CAllocations"),
        ("EntitledCore", "import CAllocations"),
    ])
    func wrongWays(module: String, statement: String) {
        let findings = Arrows.findings(in: file("import Foundation\n\(statement)\n"), of: module)
        #expect(findings.map(\.line) == [2])
    }

    @Test(arguments: [
        ("EntitledPostgres", "import CLibPQ"),
        ("EntitledStore", "package import EntitledSchema"),
        ("EntitledServer", "import NIOSSL"),
        ("EntitledTestKit", "import EntitledClient"),
        ("entitled", "import EntitledServer"),
        ("entitlectl", "import SwiftCSV"),
        ("EntitledCore", "internal import Crypto"),
    ])
    func rightWays(module: String, statement: String) {
        #expect(Arrows.findings(in: file(statement), of: module).isEmpty)
    }

    private let manifest = Manifest(
        """
        let core: Target.Dependency = .product(name: "Core", package: "core")
        let package = Package(
            products: [.library(name: "EntitledClient", targets: ["EntitledClient"])],
            targets: [
                // .target(name: "EntitledGone"),
                .target(name: "EntitledCore", dependencies: [core, "EntitledWire"], swiftSettings: settings),
                .systemLibrary(name: "CLibPQ", providers: [.apt(["libpq-dev"])]),
                .target(
                    name: "EntitledServer",
                    dependencies: [
                        "EntitledWire", .product(name: "EntitledCore", package: "core"), .target(name: "EntitledStore"),
                    ],
                    resources: [.embedInCode("EntitledService")]),
                .executableTarget(name: "Stranger"),
                .testTarget(name: "EntitledCoreTests", dependencies: ["EntitledTestKit"]),
            ])
        """)

    @Test func targetsAreRead() {
        #expect(
            manifest.targets == [
                Manifest.Target(name: "EntitledCore", isTest: false, strings: ["EntitledWire"]),
                Manifest.Target(name: "CLibPQ", isTest: false, strings: []),
                Manifest.Target(
                    name: "EntitledServer", isTest: false,
                    strings: ["EntitledWire", "EntitledCore", "core", "EntitledStore"]),
                Manifest.Target(name: "Stranger", isTest: false, strings: []),
                Manifest.Target(name: "EntitledCoreTests", isTest: true, strings: ["EntitledTestKit"]),
            ])
    }

    @Test func wrongManifest() {
        let problems = Set(Arrows.findings(in: manifest).map(\.problem))
        #expect(
            problems.isSuperset(of: [
                "EntitledCore must not depend on EntitledWire", "EntitledServer must not depend on EntitledStore",
                "there is no target EntitledStore", "the target Stranger has no place in the architecture",
            ]))
        #expect(!problems.contains { $0.contains("EntitledServer must not depend on EntitledWire") })
        #expect(!problems.contains { $0.contains("Tests") })
    }

    @Test func undeclaredImport() {
        let text = file("import EntitledWire\nimport EntitledService\nimport Logging\n")
        let findings = Arrows.undeclared(in: text, of: "EntitledServer", manifest)
        #expect(findings.map(\.line) == [2])
    }
}
