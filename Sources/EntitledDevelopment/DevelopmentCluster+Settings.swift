extension DevelopmentCluster {
    /// How a development cluster is configured: on its command line, so that no file of it is edited.
    package struct Settings: Sendable {
        let isDurable: Bool
        private let parameters: [(name: String, value: String)]

        /// Commits are on the disk when they are acknowledged, as in production.
        package static let durable = Settings(
            isDurable: true,
            parameters: shared + [("fsync", "on"), ("synchronous_commit", "on"), ("log_checkpoints", "on")])

        /// As a server of its own in production has it: what is acknowledged is on the disk, there is room enough, and
        /// the log keeps its segments, so that no commit waits until a new one is filled with zeros.
        package static let production = Settings(
            isDurable: true,
            parameters: durable.parameters + [
                ("full_page_writes", "on"), ("autovacuum", "on"), ("shared_buffers", "1GB"), ("max_wal_size", "4GB"),
                ("min_wal_size", "4GB"), ("checkpoint_timeout", "15min"),
            ])

        /// For tests only: nothing waits for the disk. What is committed survives the server's crash (the operating
        /// system has it), but not the machine's.
        package static let fast = Settings(
            isDurable: false,
            parameters: shared + [("fsync", "off"), ("full_page_writes", "off"), ("log_checkpoints", "off")])

        /// Up to 200 connections, as a server and a load generator together need; checkpoints rare enough not to
        /// disturb a measurement; all instants in UTC; messages in English, since the start reads some of them.
        private static let shared = [
            ("listen_addresses", ""), ("max_connections", "200"), ("shared_buffers", "256MB"),
            ("max_wal_size", "2GB"), ("log_min_messages", "warning"), ("lc_messages", "C"), ("timezone", "UTC"),
            ("log_timezone", "UTC"), ("log_line_prefix", "%m [%p] %q%u@%d "), ("unix_socket_permissions", "0777"),
        ].map { (name: $0, value: $1) }

        private init(isDurable: Bool, parameters: [(name: String, value: String)]) {
            self.isDurable = isDurable
            self.parameters = parameters
        }

        var arguments: [String] { parameters.flatMap { ["-c", "\($0.name)=\($0.value)"] } }

        /// The end of a cluster whose owner ended: fast shutdown, or an immediate one, where its data doesn't matter
        /// (PostgreSQL's manual, 19.5).
        var stopSignal: String { isDurable ? "INT" : "QUIT" }
    }
}
