import EntitledCore
import EntitledWire

/// What a connection does next, as a value: an event goes in, an action comes out (proto-spec/PROTOCOL.md). What a
/// call's work is, it doesn't know: it only says which is to be dropped.
struct ConnectionState<Work: Sendable>: Sendable {
    private struct InFlight {
        let serial: UInt64
        var deadline: ContinuousClock.Instant
        /// Nil while it is being started.
        var work: Work?

        /// - Returns: false if it is an earlier call's.
        mutating func begin(_ work: Work, serial: UInt64, deadline: ContinuousClock.Instant) -> Bool {
            guard serial == self.serial else { return false }
            self.work = work
            self.deadline = deadline
            return true
        }
    }

    private let limits: ConnectionLimits
    private let accepted: ContinuousClock.Instant
    private let turnedAway: Farewell?
    private(set) var phase = Phase.handshaking
    private var calls: [UInt32: InFlight] = [:]
    /// Calls whose work hasn't ended, those answered in its stead included.
    private var working = 0
    private var lastSerial: UInt64 = 0
    /// No call's deadline is earlier.
    private var earliestDeadline: ContinuousClock.Instant?
    private var lastHeard: ContinuousClock.Instant
    private var pinged: ContinuousClock.Instant?

    /// - Parameter turnedAway: if set, what to say instead of serving.
    init(limits: ConnectionLimits, accepted: ContinuousClock.Instant, turnedAway: Farewell? = nil) {
        self.limits = limits
        self.accepted = accepted
        self.turnedAway = turnedAway
        lastHeard = accepted
    }

    mutating func handle(_ event: Event, at now: ContinuousClock.Instant) -> Action {
        switch event {
        case .secured: secured(at: now)
        case .received(let frame): received(frame, at: now)
        case .violated(let error): end(Farewell(error), at: now)
        case .admitted(let welcome): admitted(welcome, at: now)
        case .rejected(let farewell): rejected(farewell, at: now)
        case .ended(let call, let response): ended(call, response, at: now)
        case .mustDrain: mustDrain(at: now)
        case .revoked: revoked(at: now)
        case .tick: tick(at: now)
        case .disconnected: abort()
        }
    }

    /// The call's work has begun; its answer is due by then.
    ///
    /// - Returns: false if the call was ended meanwhile: then the work isn't wanted.
    mutating func started(_ call: Call, _ work: Work, deadline: ContinuousClock.Instant) -> Bool {
        // In its place: a copy would count the work's references up and down.
        guard calls[call.id]?.begin(work, serial: call.serial, deadline: deadline) == true else { return false }
        earliestDeadline = min(earliestDeadline ?? deadline, deadline)
        return true
    }
}

// MARK: - Greeting

extension ConnectionState {
    private mutating func secured(at now: ContinuousClock.Instant) -> Action {
        switch phase {
        case .handshaking:
            phase = .awaitingHello
            return turnedAway.map { end($0, at: now) } ?? .none
        case .awaitingHello, .authenticating, .serving, .draining, .closed: return .none
        }
    }

    private mutating func received(_ frame: Frame, at now: ContinuousClock.Instant) -> Action {
        lastHeard = now
        pinged = nil
        switch phase {
        case .handshaking, .awaitingHello: return greeted(by: frame, at: now)
        case .authenticating:
            return end(frame.kind == .hello ? Farewell(.unexpected(.hello)) : .notAuthenticated, at: now)
        case .serving, .draining: return served(frame, at: now)
        case .closed: return .none
        }
    }

    private mutating func greeted(by frame: Frame, at now: ContinuousClock.Instant) -> Action {
        switch frame.kind {
        case .hello:
            do throws(Farewell) {
                let greeting = try Greeting(frame, offered: limits.frameBytes)
                phase = .authenticating
                return .authenticate(greeting)
            } catch {
                return end(error, at: now)
            }
        case .unknown: return .none
        case .welcome, .request, .response, .item, .credit, .cancel, .ping, .pong, .goAway:
            return end(.notAuthenticated, at: now)
        }
    }

    private mutating func admitted(_ welcome: Frame, at now: ContinuousClock.Instant) -> Action {
        switch phase {
        case .authenticating:
            phase = .serving
            return .send(welcome)
        case .handshaking, .awaitingHello, .serving, .draining, .closed: return .none
        }
    }

    private mutating func rejected(_ farewell: Farewell, at now: ContinuousClock.Instant) -> Action {
        switch phase {
        case .authenticating: return end(farewell, at: now)
        case .handshaking, .awaitingHello, .serving, .draining, .closed: return .none
        }
    }
}

// MARK: - Calls

extension ConnectionState {
    private mutating func served(_ frame: Frame, at now: ContinuousClock.Instant) -> Action {
        switch frame.kind {
        case .request: return requested(frame, at: now)
        case .cancel: return calls[frame.callID]?.work.map { .drop([$0]) } ?? .none
        case .ping: return .send(.pong(answering: frame))
        case .goAway: return clientLeaves(frame, at: now)
        // No method streams, so credit is always for an id that isn't in use.
        case .pong, .credit, .unknown: return .none
        case .hello, .welcome, .response, .item: return end(Farewell(.unexpected(frame.kind)), at: now)
        }
    }

    private mutating func requested(_ frame: Frame, at now: ContinuousClock.Instant) -> Action {
        guard calls[frame.callID] == nil else {
            return end(Farewell(.callIDInUse, "call id \(frame.callID) is in flight"), at: now)
        }
        if case .draining = phase {
            return .send(.failure(EntitledError(.draining, "the connection takes no more calls"), frame.callID))
        }
        guard calls.count < limits.calls else {
            return .send(
                .failure(
                    EntitledError(
                        .tooManyCalls, "more than \(limits.calls) calls are in flight on this connection",
                        details: ["allowed": "\(limits.calls)"], retryAfter: .milliseconds(100)),
                    frame.callID))
        }
        // Calls whose deadlines passed are answered, but work that has begun goes on: it must not pile up.
        guard working < 2 * limits.calls else {
            return .send(
                .failure(
                    EntitledError(
                        .overloaded, "too many earlier calls of this connection are still being carried out",
                        retryAfter: .milliseconds(100)),
                    frame.callID))
        }
        lastSerial += 1
        working += 1
        calls[frame.callID] = InFlight(serial: lastSerial, deadline: now + ProtocolLimits.timeLeft)
        return .begin(Call(id: frame.callID, serial: lastSerial), frame.body)
    }

    private mutating func ended(_ call: Call, _ response: Frame, at now: ContinuousClock.Instant) -> Action {
        working -= 1
        guard let known = calls.removeValue(forKey: call.id) else { return .none }
        // The call has been answered, and its id is in use again.
        guard known.serial == call.serial else {
            calls[call.id] = known
            return .none
        }
        switch phase {
        case .serving: return .send(response)
        case .draining(let drain):
            guard isDrained(drain, at: now) else { return .send(response) }
            _ = close(at: now)
            return .sendLast(response)
        case .handshaking, .awaitingHello, .authenticating, .closed: return .none
        }
    }
}

// MARK: - Goodbye

extension ConnectionState {
    private mutating func clientLeaves(_ frame: Frame, at now: ContinuousClock.Instant) -> Action {
        guard let goAway = try? frame.message(as: Entitled_V1_GoAway.self) else {
            return end(Farewell(.malformedFrame, "the goaway can't be decoded"), at: now)
        }
        let drains = goAway.status == StatusCode.ok.rawValue || goAway.status == StatusCode.unavailable.rawValue
        guard drains, !calls.isEmpty else { return .close(close(at: now)) }
        if case .draining(let drain) = phase {
            phase = .draining(.byClient(since: drain.since))
        } else {
            phase = .draining(.byClient(since: now))
        }
        return .none
    }

    private mutating func mustDrain(at now: ContinuousClock.Instant) -> Action {
        switch phase {
        case .handshaking: return abort()
        case .awaitingHello, .authenticating: return end(.draining, at: now)
        case .serving:
            phase = .draining(.byServer(since: now))
            return .send(Farewell.draining.frame)
        case .draining, .closed: return .none
        }
    }

    private mutating func revoked(at now: ContinuousClock.Instant) -> Action {
        switch phase {
        case .serving, .draining: return end(.badCredentials, at: now)
        case .handshaking, .awaitingHello, .authenticating, .closed: return .none
        }
    }

    private func isDrained(_ drain: Drain, at now: ContinuousClock.Instant) -> Bool {
        guard calls.isEmpty else { return false }
        switch drain {
        case .byServer(let since): return now >= since + limits.drainPause
        case .byClient: return true
        }
    }

    private mutating func end(_ farewell: Farewell, at now: ContinuousClock.Instant) -> Action {
        switch phase {
        // Without TLS nothing can be said.
        case .handshaking: return abort()
        case .awaitingHello, .authenticating, .serving, .draining:
            return .farewell(farewell, close(at: now))
        case .closed: return .none
        }
    }

    /// - Returns: the calls' work, which isn't wanted any more.
    private mutating func close(at now: ContinuousClock.Instant) -> [Work] {
        phase = .closed(abortAt: now + limits.closeTime)
        return forgetCalls()
    }

    private mutating func abort() -> Action {
        phase = .closed(abortAt: nil)
        return .abort(forgetCalls())
    }

    private mutating func forgetCalls() -> [Work] {
        defer { calls = [:] }
        return calls.values.compactMap(\.work)
    }
}

// MARK: - Time

extension ConnectionState {
    private mutating func tick(at now: ContinuousClock.Instant) -> Action {
        switch phase {
        case .handshaking, .awaitingHello, .authenticating:
            return now >= accepted + limits.authenticationTime ? end(.late, at: now) : .none
        case .serving: return expire(at: now) ?? checkSilence(at: now)
        case .draining(let drain):
            if isDrained(drain, at: now) || now >= drain.since + limits.drainGrace {
                return .close(close(at: now))
            }
            return expire(at: now) ?? checkSilence(at: now)
        case .closed(let abortAt):
            guard let abortAt, now >= abortAt else { return .none }
            return abort()
        }
    }

    private mutating func expire(at now: ContinuousClock.Instant) -> Action? {
        guard let earliest = earliestDeadline, now >= earliest else { return nil }
        let expired = calls.filter { now >= $0.value.deadline }
        for id in expired.keys { calls[id] = nil }
        earliestDeadline = calls.values.map(\.deadline).min()
        guard !expired.isEmpty else { return nil }
        return .expire(Array(expired.keys), expired.values.compactMap(\.work))
    }

    private mutating func checkSilence(at now: ContinuousClock.Instant) -> Action {
        if let pinged {
            return now >= pinged + limits.pongTime ? abort() : .none
        }
        guard now >= lastHeard + limits.pingInterval else { return .none }
        pinged = now
        return .send(.ping(token: lastSerial))
    }
}
