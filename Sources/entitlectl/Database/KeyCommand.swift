import ArgumentParser
import EntitledCore
import EntitledService
import EntitledStore
import Foundation

/// `entitlectl key`.
struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "The API keys that programs identify themselves with.",
        subcommands: [Create.self, Revoke.self, List.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a key. It is shown once and can't be seen again.",
            discussion: "Needs the servers' pepper: ENTITLED_KEY_PEPPER_FILE or ENTITLED_KEY_PEPPER.")

        @Option(name: .long, help: ArgumentHelp("Whose key.", valueName: "slug"))
        var tenant: String
        @Option(name: .long, help: "What the journal calls its holder.")
        var name: String
        @Option(
            name: .long, help: "reader (sees), agent (opens cases too) or manager (writes contracts too).",
            transform: Create.role)
        var role: KeyRole = .agent
        @Option(
            name: .long,
            help: ArgumentHelp("A file to make for the key, readable by you alone.", valueName: "file"))
        var output: String?
        @OptionGroup var database: DatabaseOptions
        @OptionGroup(title: "Output") var format: OutputOptions

        func run() async throws {
            let slug = try TenantSlug(tenant)
            let pepper = try Secret.pepper()
            // The file is made first: a key that can't be written down would be lost.
            let file = try output.map(KeyFile.init)
            do {
                let key = try await database.withProvisioning {
                    try await $0.createKey(tenant: slug, name: name, role: role, pepper: pepper)
                }
                try file?.write(key.text)
                let made = MadeKey(
                    tenant: tenant, name: name, role: role, key: file == nil ? key.text : nil, file: output)
                try format.show(made) { output.map { "the key is in \($0)" } ?? key.text }
            } catch {
                file?.discard()
                throw error
            }
        }

        /// - Throws: `ValidationError`.
        static func role(_ name: String) throws -> KeyRole {
            guard let role = KeyRole(name: name) else {
                throw ValidationError("allowed: \(KeyRole.allCases.map(\.name).joined(separator: ", "))")
            }
            return role
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Revoke a key. Servers see it within 5 seconds, on open connections too.")

        @Option(name: .long, help: ArgumentHelp("Whose key.", valueName: "slug"))
        var tenant: String
        @Option(name: .long, help: "The key's name.")
        var name: String
        @OptionGroup var database: DatabaseOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let slug = try TenantSlug(tenant)
            try await database.withProvisioning { try await $0.revokeKey(tenant: slug, name: name) }
            try output.show(["tenant": tenant, "name": name, "status": "revoked"]) { "revoked \(name)" }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List a tenant's keys, revoked ones too.")

        @Option(name: .long, help: ArgumentHelp("Whose keys.", valueName: "slug"))
        var tenant: String
        @OptionGroup var database: DatabaseOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let slug = try TenantSlug(tenant)
            let keys = try await database.withProvisioning { try await $0.keys(of: slug) }
            try output.show(keys) {
                var table = Table(["name", "role", "status", "id"])
                for key in keys {
                    table.add([
                        key.name, key.role.name, key.isRevoked ? "revoked" : "valid", key.id.uuidString.lowercased(),
                    ])
                }
                return table.text
            }
        }
    }
}

/// What is printed of a new key.
private struct MadeKey: Encodable {
    let tenant: String
    let name: String
    let role: KeyRole
    /// The key itself, unless it went to a file.
    let key: String?
    let file: String?
}

/// A file that holds one key, made for it.
private struct KeyFile {
    private let path: String
    private let handle: FileHandle

    /// - Throws: ``CommandFailure`` if there is something of that name already: it may be another key.
    init(_ path: String) throws(CommandFailure) {
        self.path = path
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw CommandFailure("--output: \(path): \(String(cString: strerror(errno)))") }
        handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    /// Writes the key so that it is there after a power failure too.
    func write(_ key: String) throws(CommandFailure) {
        do {
            try handle.write(contentsOf: Data((key + "\n").utf8))
            try handle.synchronize()
        } catch {
            throw CommandFailure("--output: \(path) can't be written; revoke the key and make another one")
        }
    }

    func discard() {
        unlink(path)
    }
}
