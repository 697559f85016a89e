import Glibc

/// The user as whom PostgreSQL runs. It refuses to run as root, so root hands it to `postgres` or `nobody`;
/// everyone else runs it as themselves.
struct ServerUser {
    let name: String
    let uid: uid_t
    let gid: gid_t
    /// Whether that is the user of this process too.
    let isOneself: Bool
    private let setpriv: String

    /// - Throws: ``DevelopmentError`` when there is no such user, or no `setpriv`.
    static func forThisProcess() throws -> ServerUser {
        let setpriv = try Programs.require("setpriv", package: "util-linux")
        guard geteuid() == 0 else {
            return ServerUser(name: "", uid: geteuid(), gid: getegid(), isOneself: true, setpriv: setpriv)
        }
        for name in ["postgres", "nobody"] {
            guard let (uid, gid) = lookUp(name), uid != 0 else { continue }
            return ServerUser(name: name, uid: uid, gid: gid, isOneself: false, setpriv: setpriv)
        }
        throw DevelopmentError(.failed, "PostgreSQL refuses to run as root, and there is no user postgres or nobody")
    }

    private static func lookUp(_ name: String) -> (uid_t, gid_t)? {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16 << 10)
        guard getpwnam_r(name, &entry, &buffer, buffer.count, &found) == 0, found != nil else { return nil }
        return (entry.pw_uid, entry.pw_gid)
    }

    /// The command that runs `arguments` as this user.
    /// - Parameter deathSignal: what the kernel sends it when its parent dies (prctl(2), PR_SET_PDEATHSIG).
    func command(_ arguments: [String], deathSignal: String? = nil) -> [String] {
        var options = deathSignal.map { ["--pdeathsig", $0] } ?? []
        if !isOneself { options += ["--reuid=\(uid)", "--regid=\(gid)", "--init-groups"] }
        return options.isEmpty ? arguments : [setpriv] + options + ["--"] + arguments
    }

    /// Checks that this user can enter `folder` and all above it; those that don't exist yet are left out.
    /// - Throws: ``DevelopmentError`` with `unreachableFolder`, naming the topmost that it can't enter.
    func requireAccess(to folder: String) async throws {
        guard !isOneself else { return }
        var folders = ["/"]
        for part in folder.split(separator: "/") {
            folders.append((folders.last == "/" ? "" : folders.last ?? "") + "/" + part)
        }
        let existing = folders.filter { access($0, F_OK) == 0 }
        let script = #"for folder; do [ -x "$folder" ] || { printf %s "$folder"; exit 3; }; done"#
        let (status, output) = try await ChildProcess.run(command(["/bin/sh", "-c", script, "sh"] + existing))
        guard status != 3 else {
            throw DevelopmentError(
                .unreachableFolder,
                "PostgreSQL refuses to run as root and so runs as \(name), who can't enter \(output): "
                    + "choose another folder than \(folder), or allow it with: chmod o+x '\(output)'")
        }
        guard status == 0 else {
            throw DevelopmentError(.failed, "no program can be run as the user \(name): \(output)")
        }
    }
}
