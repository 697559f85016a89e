/// Which of our modules may use which, and who may use libraries that concern only some: the project's architecture.
enum Arrows {
    /// What each library of ours may import of ours.
    static let libraries: [String: Set<String>] = [
        "EntitledCore": [],
        "EntitledWire": ["EntitledCore"],
        "EntitledSchema": [],
        "CLibPQ": [],
        "CAllocations": [],
        "EntitledPostgres": ["CLibPQ"],
        "EntitledService": ["EntitledCore"],
        "EntitledStore": ["EntitledCore", "EntitledService", "EntitledPostgres", "EntitledSchema"],
        "EntitledServer": ["EntitledCore", "EntitledWire", "EntitledService"],
        "EntitledClient": ["EntitledCore", "EntitledWire"],
        "EntitledDevelopment": [],
        "EntitledTestKit": [
            "EntitledCore", "EntitledWire", "EntitledSchema", "EntitledPostgres", "EntitledService", "EntitledStore",
            "EntitledServer", "EntitledClient", "EntitledDevelopment",
        ],
    ]

    /// They only compose: any library but the tests'.
    static let executables: Set<String> = ["entitled", "entitlectl", "entitled-bench", "entitled-microbench"]

    static let modules = executables.union(libraries.keys)

    static func mayImport(_ module: String) -> Set<String> {
        guard executables.contains(module) else { return libraries[module, default: []] }
        return Set(libraries.keys).subtracting(["CLibPQ", "EntitledTestKit"])
    }

    /// Where a module's sources lie.
    static func folder(of module: String) -> String { module == "EntitledSchema" ? "schema" : "Sources/" + module }

    /// The only modules that may import somebody else's library; nil if every one may.
    static func modules(thatMayImport library: String) -> Set<String>? {
        switch library {
        case "SwiftProtobuf": ["EntitledWire"]
        case "CLibPQ": ["EntitledPostgres"]
        // It brings a malloc of its own into every program that links it.
        case "CAllocations": ["entitled-microbench"]
        case "X509", "SwiftASN1": ["EntitledDevelopment"]
        case "ArgumentParser": executables
        case "Configuration": ["EntitledServer", "entitled"]
        case "SwiftCSV": ["entitlectl"]
        case _ where library.hasPrefix("NIO") || library.hasPrefix("_NIO"):
            ["EntitledWire", "EntitledServer", "EntitledClient", "entitled-microbench"]
        case _: nil
        }
    }

    /// Whether a name means one of our modules, be it one that doesn't exist.
    private static func isOurs(_ name: String) -> Bool {
        name.hasPrefix("Entitled") || libraries.keys.contains(name) || executables.contains(moduleName(name))
    }

    /// The target that an import names: in code a hyphen becomes an underscore.
    private static func moduleName(_ imported: String) -> String { imported.replacing("_", with: "-") }

    /// What a file of a module imports and may not.
    static func findings(in file: TextFile, of module: String) -> [Finding] {
        imports(in: file).compactMap { imported in
            let problem: String? =
                if isOurs(imported.name), !mayImport(module).contains(imported.name) {
                    "\(module) must not import \(imported.name)"
                } else if let allowed = modules(thatMayImport: imported.name), !allowed.contains(module) {
                    "\(module) must not import \(imported.name); only \(allowed.sorted().joined(separator: ", ")) may"
                } else {
                    nil
                }
            return problem.map { Finding(path: file.path, line: imported.line, problem: $0) }
        }
    }

    /// What a file of a module imports of ours although the manifest doesn't say so.
    static func undeclared(in file: TextFile, of module: String, _ manifest: Manifest) -> [Finding] {
        let declared = Set(manifest.targets.first { $0.name == module }?.strings ?? [])
        return imports(in: file).filter { isOurs($0.name) && !declared.contains($0.name) }.map {
            Finding(path: file.path, line: $0.line, problem: "Package.swift doesn't let \(module) depend on \($0.name)")
        }
    }

    /// Where the manifest's targets and the modules here differ.
    static func findings(in manifest: Manifest) -> [Finding] {
        let targets = manifest.targets.filter { !$0.isTest }
        let names = Set(targets.map(\.name))
        func finding(_ problem: String) -> Finding { Finding(path: "Package.swift", problem: problem) }
        return modules.subtracting(names).sorted().map { finding("there is no target \($0)") }
            + names.subtracting(modules).sorted().map { finding("the target \($0) has no place in the architecture") }
            + targets.flatMap { target in
                target.strings.filter { isOurs($0) && !mayImport(target.name).contains($0) }
                    .map { finding("\(target.name) must not depend on \($0)") }
            }
    }

    /// The modules that a Swift file imports, with their lines.
    static func imports(in file: TextFile) -> [(name: String, line: Int)] {
        file.lines.enumerated().flatMap { index, line in
            line.split(separator: ";").compactMap { module(importedBy: $0) }.map { ($0, index + 1) }
        }
    }

    private static let levels: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
    private static let kinds: Set<Substring> = [
        "struct", "class", "enum", "protocol", "typealias", "func", "let", "var", "actor", "macro",
    ]

    /// `@testable public import struct Module.Type` → `Module`.
    private static func module(importedBy statement: Substring) -> String? {
        let words = statement.split { $0 == " " || $0 == "\t" }
            .drop { $0.hasPrefix("@") || levels.contains($0) }
        guard words.first == "import" else { return nil }
        return words.dropFirst().drop(while: kinds.contains).first?.split(separator: ".").first.map { String($0) }
    }
}
