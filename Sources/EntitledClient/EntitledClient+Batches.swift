internal import EntitledCore
internal import EntitledWire

extension EntitledClient {
    /// Carries out any number of commands of one kind, each by itself, in few calls: for imports and other bulk work.
    ///
    /// Each command succeeds or fails alone, exactly once for its request id. They have no order among them: what
    /// builds on another command belongs into a later call of this method.
    ///
    /// ```swift
    /// let customers = rows.map { AddCustomer(Customer(id: $0.id, kind: .account, name: $0.name)) }
    /// for (row, result) in zip(rows, try await client.performAll(customers)) {
    ///     if case .failure(let error) = result { print(row, error) }
    /// }
    /// ```
    /// - Parameters:
    ///   - commands: sent by up to 1,000 or 512 KiB at a time, with a few such calls in flight.
    ///   - deadline: how long each of these calls may take from when it is first sent, repetitions included; nil means
    ///     ``ClientConfiguration/defaultDeadline``, or a minute.
    ///   - isDryRun: whether the commands are only to be answered, as each would be now (``CallOptions/isDryRun``).
    ///   - requestID: what makes a command the same one when it is sent again, even from another process; nil makes a
    ///     new one.
    /// - Returns: what became of each command, in the order of `commands`. The errors are those that a call of its own
    ///   would have thrown; those of a cancelled task are `cancelled`.
    /// - Throws: ``EntitledError`` `invalid_field` if one of the commands takes more than a frame (1 MiB). Nothing was
    ///   sent then.
    public func performAll<C: Command>(
        _ commands: [C], deadline: Duration? = nil, isDryRun: Bool = false,
        requestID: (C) -> RequestID? = { _ in nil }
    ) async throws(EntitledError) -> [Result<Reply<C.Answer>, EntitledError>] {
        let binding = try CommandBinding<C>()
        var requests: [CallRequest] = []
        requests.reserveCapacity(commands.count)
        for command in commands {
            let options = CallOptions(requestID: requestID(command), isDryRun: isDryRun)
            requests.append(try request(try binding.call(of: command), options))
        }
        let responses = await responses(to: requests, within: patience(deadline, .performBatch))
        return responses.map { response in
            response.flatMap { response in
                Result { () throws(EntitledError) in try binding.reply(response) }
            }
        }
    }
}

/// How a command travels. Every command has a binding, but the compiler can't be told so in a public signature:
/// bindings are no part of the public interface.
private struct CommandBinding<C: Command> {
    private let type: any WireCall.Type

    /// - Throws: ``EntitledError`` `unknown_method` for a command that isn't of this module.
    init() throws(EntitledError) {
        guard let type = C.self as? any WireCall.Type else { throw Self.unknown }
        self.type = type
    }

    func call(of command: C) throws(EntitledError) -> any WireCall {
        guard let call = command as? any WireCall else { throw Self.unknown }
        return call
    }

    func reply(_ response: ResponseBody) throws(EntitledError) -> Reply<C.Answer> {
        guard let answer = try type.decodeAnswer(response.message) as? C.Answer else { throw Self.unknown }
        return Reply(answer, response.header)
    }

    private static var unknown: EntitledError { EntitledError(.unknownMethod, "\(C.self) is no call of a server's") }
}
