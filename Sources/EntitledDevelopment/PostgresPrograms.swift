import Foundation
import Glibc

/// The folder of one PostgreSQL version's programs.
struct PostgresPrograms {
    /// The oldest major version that will do.
    static let oldestMajor = 15
    private static let needed = ["postgres", "initdb", "pg_isready", "createdb"]

    let folder: String
    let major: Int

    func path(_ program: String) -> String { "\(folder)/\(program)" }

    /// Searches PATH, `pg_config --bindir`, then Debian's `/usr/lib/postgresql/*/bin`, newest first.
    /// - Parameter major: the only version that will do, because the data is already in its format; nil if any.
    /// - Throws: ``DevelopmentError`` with `missingProgram`, saying what to install.
    static func find(major wanted: Int?) async throws -> PostgresPrograms {
        var seen: [String] = []
        for folder in await candidates() where needed.allSatisfy({ Programs.isExecutable("\(folder)/\($0)") }) {
            guard let major = try await majorVersion(in: folder) else { continue }
            if wanted.map({ $0 == major }) ?? (major >= oldestMajor) {
                return PostgresPrograms(folder: folder, major: major)
            }
            seen.append("\(major) in \(folder)")
        }
        let what = wanted.map { "PostgreSQL \($0), which made the data there," } ?? "PostgreSQL \(oldestMajor) or newer"
        let found = seen.isEmpty ? "" : " (only \(seen.joined(separator: ", ")))"
        throw DevelopmentError(
            .missingProgram,
            "\(what) was not found\(found); on Debian: apt-get install postgresql-\(wanted ?? oldestMajor)")
    }

    private static func candidates() async -> [String] {
        var folders = Programs.folders
        if let configuration = Programs.find("pg_config"),
            let (status, output) = try? await ChildProcess.run([configuration, "--bindir"]), status == 0
        {
            folders.append(output.trimmingCharacters(in: .whitespacesAndNewlines))
        }
        let root = "/usr/lib/postgresql"
        let versions = ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).compactMap { Int($0) }
        return folders + versions.sorted(by: >).map { "\(root)/\($0)/bin" }
    }

    /// From a line such as `postgres (PostgreSQL) 15.4 (Debian 15.4-1)`.
    private static func majorVersion(in folder: String) async throws -> Int? {
        let (status, output) = try await ChildProcess.run(["\(folder)/postgres", "--version"])
        guard status == 0, let number = output.split(separator: " ").dropFirst(2).first else { return nil }
        return Int(number.prefix(while: \.isNumber))
    }
}
