import Glibc

/// A private PostgreSQL cluster in a folder of its own, for development, benchmarks and tests; Linux.
///
/// It is reached over a Unix socket alone, by those who may enter the socket's folder: the user as whom it runs, and
/// root. When this object goes, or the process ends for whatever reason, the server stops too.
package final class DevelopmentCluster: Sendable {
    /// How long a server may take until it answers; a crashed one recovers first.
    static let readinessLimit = Duration.seconds(60)
    /// How long a crashed server's last processes may still hold its shared memory.
    static let releaseLimit = Duration.seconds(10)

    /// The socket's number: any will do, since nothing else is in its folder.
    private static let port = "5432"
    /// The superuser, and the database that always exists.
    private static let superuser = "postgres"

    /// The folder, absolute.
    package let directory: String
    /// The folder of the Unix socket.
    package let socketDirectory: String
    private let programs: PostgresPrograms
    private let shell: ChildProcess
    private let control: Descriptor

    private init(
        folder: ClusterFolder, socketDirectory: String, programs: PostgresPrograms, shell: ChildProcess,
        control: Descriptor
    ) {
        self.directory = folder.path
        self.socketDirectory = socketDirectory
        self.programs = programs
        self.shell = shell
        self.control = control
    }

    /// Starts the cluster of a folder and waits until it answers; makes it first if there is none, and recovers it
    /// if it crashed. As root, PostgreSQL runs as the user `postgres` or `nobody`, who must be able to enter the
    /// folder; its log is `postgres.log` there.
    /// - Parameters:
    ///   - directory: the folder; it is made if need be.
    ///   - removeOnStop: whether the cluster is deleted when it stops or this process ends, but not after ``kill()``.
    /// - Throws: ``DevelopmentError``: programs are missing, the folder can't be reached or is in use, or the server
    ///   ended or didn't answer within 60 s (then with the end of its log). `CancellationError` if cancelled.
    package static func start(
        in directory: String, settings: Settings = .durable, removeOnStop: Bool = false
    ) async throws -> DevelopmentCluster {
        let folder = try ClusterFolder(directory)
        let user = try ServerUser.forThisProcess()
        try await user.requireAccess(to: folder.path)
        let programs = try await PostgresPrograms.find(major: folder.dataMajor)
        try folder.make()
        let lock = try await folder.lock()
        let log = try folder.openLog()
        try await folder.initialise(with: programs, as: user, durable: settings.isDurable, log: log, lock: lock)

        let clock = ContinuousClock()
        let begun = clock.now
        while true {
            let offset = log.sizeBytes
            let sockets = try folder.makeSocketFolder(for: user)
            let command = user.command(
                [programs.path("postgres"), "-D", folder.data, "-k", sockets, "-p", port] + settings.arguments,
                deathSignal: settings.stopSignal)
            let (shell, control) = try Supervisor.start(
                server: command, stopSignal: settings.stopSignal, folder: folder.path, socketFolder: sockets,
                removeOnStop: removeOnStop, log: log, lock: lock)
            let cluster = DevelopmentCluster(
                folder: folder, socketDirectory: sockets, programs: programs, shell: shell, control: control)
            do {
                try await cluster.waitUntilReady()
                return cluster
            } catch let error as DevelopmentError {
                await cluster.stop()
                let tail = log.tail(from: offset, limitBytes: 4096)
                // A killed server's children end by themselves, a moment after it.
                let isHeldByChildren = tail.contains("pre-existing shared memory block")
                guard isHeldByChildren, clock.now - begun < releaseLimit else {
                    throw DevelopmentError(error.code, "\(error.message); the end of its log:\n\(tail)")
                }
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    private func waitUntilReady() async throws {
        let question = [
            programs.path("pg_isready"), "--quiet", "--host=\(socketDirectory)", "--port=\(Self.port)",
            "--username=\(Self.superuser)", "--dbname=postgres", "--timeout=5",
        ]
        let clock = ContinuousClock()
        let begun = clock.now
        while try await ChildProcess.run(question).status != 0 {
            guard shell.isRunning else {
                throw DevelopmentError(.failed, "PostgreSQL ended as it started (status \(await shell.wait()))")
            }
            guard clock.now - begun < Self.readinessLimit else {
                throw DevelopmentError(.failed, "PostgreSQL did not answer within \(Self.readinessLimit)")
            }
            try await Task.sleep(for: .milliseconds(25))
        }
    }

    /// How libpq reaches the database `postgres` as the superuser: a string of keywords and values (PostgreSQL's
    /// manual, 34.1.1).
    package var conninfo: String { conninfo(user: Self.superuser, database: "postgres") }

    /// How libpq reaches a database as some role; no password is asked for.
    package func conninfo(user: String, database: String) -> String {
        let pairs = [("host", socketDirectory), ("port", Self.port), ("user", user), ("dbname", database)]
        return pairs.map { "\($0)=\(Self.quoted($1))" }.joined(separator: " ")
    }

    /// Makes an empty database, owned by the superuser.
    /// - Throws: ``DevelopmentError`` when there is one of that name, or the server doesn't run.
    package func createDatabase(named name: String) async throws {
        let (status, output) = try await ChildProcess.run([
            programs.path("createdb"), "--host=\(socketDirectory)", "--port=\(Self.port)",
            "--username=\(Self.superuser)", "--template=template0", "--", name,
        ])
        guard status == 0 else { throw DevelopmentError(.failed, "createdb \(name): \(output)") }
    }

    /// Runs one of PostgreSQL's programs, such as `pgbench`, to its end. A cancelled task ends it.
    /// - Parameter arguments: for the program; a connection string goes where it takes a database's name.
    /// - Returns: its exit status and the first 64 KiB of what it wrote to standard output and error.
    /// - Throws: ``DevelopmentError`` `missingProgram` if it isn't there.
    package func run(_ program: String, _ arguments: [String]) async throws -> (status: Int32, output: String) {
        guard Programs.isExecutable(programs.path(program)) else {
            throw DevelopmentError(
                .missingProgram,
                "\(programs.path(program)) was not found; on Debian: apt-get install postgresql-\(programs.major)")
        }
        return try await ChildProcess.run([programs.path(program)] + arguments)
    }

    /// Whether the server's process runs.
    package var isRunning: Bool { shell.isRunning }

    /// Stops the server (fast shutdown: sessions are ended, what is committed is written) and waits for its end.
    package func stop() async {
        control.send("INT\n")
        await shell.wait()
    }

    /// Crashes the server: SIGKILL to its main process, waiting for its end. Its other processes notice and end by
    /// themselves; starting the folder again waits for them and recovers.
    package func kill() async {
        control.send("KILL\n")
        await shell.wait()
    }

    private static func quoted(_ value: String) -> String {
        let isPlain = value.utf8.allSatisfy { $0 > 0x20 && $0 != 0x27 && $0 != 0x5c }
        guard !isPlain || value.isEmpty else { return value }
        return "'" + value.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
    }
}
