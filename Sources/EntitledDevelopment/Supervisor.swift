/// The small shell that stands between this process and PostgreSQL, so that the server never outlives us: its
/// standard input is a socket whose other end only we hold, and whatever ends us (SIGKILL too) closes that.
enum Supervisor {
    /// Arguments: the signal for the server when our end closes; the folder; the socket's folder, if it lies
    /// elsewhere, else nothing; `remove` or `keep`; the server's command. A line on standard input names a signal to
    /// end the server with now. Descriptor 3 is the folder's lock, which is the shell's alone, so that the folder is
    /// free just when the server is gone.
    ///
    /// The signal is repeated because one that comes before the server has set its handlers is lost, and becomes
    /// QUIT after a minute, KILL half a minute later. It goes to this shell's own child only: were the shell killed
    /// alone, the number might be another's by then. The server has descriptor 4 (the socket) no more than 3. Only what
    /// was told to stop is removed: a crashed cluster's files are for the next start.
    static let script = #"""
        default=$1 folder=$2 sockets=$3 end=$4
        shift 4
        exec 4<&0 </dev/null
        rm -f -- "$folder/stopping"
        "$@" 3<&- 4<&- &
        server=$!
        is_here() { grep -qs "^PPid:[[:space:]]*$$\$" "/proc/$server/status"; }
        {
            read -r signal || signal=$default
            rounds=0
            is_here && [ "$signal" != KILL ] && : >"$folder/stopping"
            while is_here && kill -s "$signal" "$server" 2>/dev/null; do
                sleep 0.2
                rounds=$((rounds + 1))
                [ "$rounds" -lt 300 ] || signal=QUIT
                [ "$rounds" -lt 450 ] || signal=KILL
            done
        } <&4 3<&- 4<&- &
        watcher=$!
        wait "$server"
        status=$?
        kill "$watcher" 2>/dev/null
        wait "$watcher" 2>/dev/null
        [ -z "$sockets" ] || rm -rf -- "$sockets"
        if [ -e "$folder/stopping" ]; then
            rm -f -- "$folder/stopping"
            if [ "$end" = remove ]; then
                rm -rf -- "$folder/data" "$folder/socket" "$folder/postgres.log" "$folder/lock"
                rmdir -- "$folder" 2>/dev/null
            fi
        fi
        exit "$status"
        """#

    /// Starts the server under the shell.
    /// - Returns: the shell, and our end of its standard input.
    static func start(
        server: [String], stopSignal: String, folder: String, socketFolder: String, removeOnStop: Bool,
        log: Descriptor, lock: Descriptor
    ) throws -> (shell: ChildProcess, control: Descriptor) {
        let (control, theirs) = try Descriptor.socketPair()
        let foreignSockets = socketFolder.hasPrefix(folder + "/") ? "" : socketFolder
        let end = removeOnStop ? "remove" : "keep"
        let shell = try ChildProcess(
            ["/bin/sh", "-c", script, "entitled-postgres", stopSignal, folder, foreignSockets, end] + server,
            descriptors: [theirs, log, log, lock])
        return (shell, control)
    }
}
