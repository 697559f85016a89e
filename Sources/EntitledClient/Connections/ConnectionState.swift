internal import EntitledCore
internal import EntitledWire
internal import NIOCore

/// The logic of one connection to a server: what happens goes in, what is to be done comes out. Knows no channel and
/// no clock.
///
/// Exactly one ``Action/connectFailed(_:)`` or, after ``Action/welcome(_:)``, one ``Action/ended(_:_:)`` comes out.
struct ConnectionState {
    typealias Time = ContinuousClock.Instant

    struct Timing: Hashable, Sendable {
        /// When the welcome has to be here.
        var welcomeBy: Time
        /// Silence before a ping.
        var silence: Duration
        /// Silence after a ping before the server counts as dead.
        var pong: Duration = ProtocolLimits.pongTime
    }

    struct Welcome: Hashable, Sendable {
        var maximumFrameBytes: Int
        var maximumCalls: Int
    }

    enum Inbound: Hashable {
        case welcome(Welcome)
        case response(callID: UInt32, ByteBuffer)
        /// Of a stream; no method of this revision has one.
        case item
        case ping(token: UInt64)
        case pong
        case goAway(EntitledError, drains: Bool)
        case violation(FrameError)
    }

    enum Event {
        /// TLS is up.
        case established(applicationProtocol: String?, now: Time)
        case received(Inbound, now: Time)
        case call(AttemptID)
        /// Nobody waits for the attempt's answer any more.
        case withdraw(AttemptID)
        case timer(now: Time)
        /// No further calls; close after the last answer.
        case finish
        case abort
        /// The channel is closed, or its other side is.
        case closed(EntitledError?)
    }

    enum Action: Hashable {
        case sendHello
        case welcome(Welcome)
        case sendRequest(callID: UInt32)
        /// The attempt can't be sent here, and nothing of it was.
        case bounce(AttemptID)
        case sendCancel(callID: UInt32)
        case sendPing
        case sendPong(token: UInt64)
        /// Nil: a farewell without a complaint.
        indirect case sendGoAway(FrameError?)
        case deliver(AttemptID, ByteBuffer)
        /// No further calls are taken; those in flight go on.
        case drain
        indirect case connectFailed(EntitledError)
        /// These attempts were sent and won't be answered any more.
        indirect case ended([AttemptID], EntitledError?)
        case wake(at: Time)
        case close
    }

    private enum Stage {
        /// TLS is being set up. → greeting, closed
        case handshaking
        /// The hello is on its way. → ready, closed
        case greeting
        /// → draining, closed
        case ready
        /// One side has said goodbye; calls in flight are answered. → closed
        case draining
        /// The end.
        case closed
    }

    private let timing: Timing
    private var stage = Stage.handshaking
    private var calls: [UInt32: AttemptID] = [:]
    /// Those in flight whose answer nobody waits for; nobody closes later for their sake either.
    private var withdrawn: Set<UInt32> = []
    private var lastCallID: UInt32 = 0
    private var lastReceived: Time
    private var isPinged = false
    private var pingedAt: Time

    init(timing: Timing) {
        self.timing = timing
        lastReceived = timing.welcomeBy
        pingedAt = timing.welcomeBy
    }

    mutating func handle(_ event: Event) -> Few<Action> {
        switch event {
        case .established(let applicationProtocol, let now): return greet(applicationProtocol, now)
        case .received(let inbound, let now):
            lastReceived = now
            isPinged = false
            return receive(inbound, now)
        case .call(let attempt): return begin(attempt)
        case .withdraw(let attempt): return withdraw(attempt)
        case .timer(let now): return look(now)
        case .finish: return finish()
        case .abort: return end(.closed)
        case .closed(let error):
            return end(error ?? EntitledError(.unavailable, "the server closed the connection"))
        }
    }

    private mutating func greet(_ applicationProtocol: String?, _ now: Time) -> Few<Action> {
        switch stage {
        case .handshaking:
            guard applicationProtocol == ProtocolLimits.applicationProtocol else {
                return end(.unsupported("the server doesn't speak \(ProtocolLimits.applicationProtocol)"))
            }
            stage = .greeting
            lastReceived = now
            return [.sendHello]
        case .greeting, .ready, .draining, .closed: return []
        }
    }

    private mutating func receive(_ inbound: Inbound, _ now: Time) -> Few<Action> {
        switch stage {
        case .greeting: return receiveGreeting(inbound, now)
        case .ready, .draining: return receiveTraffic(inbound)
        case .handshaking, .closed: return []
        }
    }

    private mutating func receiveGreeting(_ inbound: Inbound, _ now: Time) -> Few<Action> {
        switch inbound {
        case .welcome(let welcome):
            stage = .ready
            return [.welcome(welcome), .wake(at: now + timing.silence)]
        case .goAway(let error, _): return end(error)
        case .violation(let error): return violate(error)
        case .response: return violate(.unexpected(.response))
        case .item: return violate(.unexpected(.item))
        case .ping: return violate(.unexpected(.ping))
        case .pong: return violate(.unexpected(.pong))
        }
    }

    private mutating func receiveTraffic(_ inbound: Inbound) -> Few<Action> {
        switch inbound {
        case .response(let callID, let body):
            guard let attempt = calls.removeValue(forKey: callID) else { return [] }
            if !withdrawn.isEmpty { withdrawn.remove(callID) }
            let delivered = Few(Action.deliver(attempt, body))
            return stage == .draining ? delivered + closeIfDrained() : delivered
        case .ping(let token): return [.sendPong(token: token)]
        case .item, .pong: return []
        case .goAway(_, drains: true):
            guard stage == .ready else { return [] }
            stage = .draining
            return [.drain] + closeIfDrained()
        case .goAway(let error, drains: false): return end(error)
        case .welcome: return violate(.unexpected(.welcome))
        case .violation(let error): return violate(error)
        }
    }

    private mutating func begin(_ attempt: AttemptID) -> Few<Action> {
        switch stage {
        case .ready:
            repeat { lastCallID &+= 1 } while lastCallID == 0 || calls[lastCallID] != nil
            calls[lastCallID] = attempt
            return Few(.sendRequest(callID: lastCallID))
        case .handshaking, .greeting, .draining, .closed: return Few(.bounce(attempt))
        }
    }

    /// The call id stays in use: its response is still to come.
    private mutating func withdraw(_ attempt: AttemptID) -> Few<Action> {
        switch stage {
        case .ready, .draining:
            guard let callID = calls.first(where: { $0.value == attempt })?.key else { return [] }
            withdrawn.insert(callID)
            return [.sendCancel(callID: callID)] + closeIfDrained()
        case .handshaking, .greeting, .closed: return []
        }
    }

    private mutating func look(_ now: Time) -> Few<Action> {
        switch stage {
        case .handshaking, .greeting:
            guard now >= timing.welcomeBy else { return [.wake(at: timing.welcomeBy)] }
            return end(EntitledError(.unavailable, "the server didn't say welcome in time"))
        case .ready, .draining:
            if isPinged {
                guard now >= pingedAt + timing.pong else { return [.wake(at: pingedAt + timing.pong)] }
                return end(EntitledError(.unavailable, "the server has fallen silent"))
            }
            guard now >= lastReceived + timing.silence else { return [.wake(at: lastReceived + timing.silence)] }
            isPinged = true
            pingedAt = now
            return [.sendPing, .wake(at: now + timing.pong)]
        case .closed: return []
        }
    }

    private mutating func finish() -> Few<Action> {
        switch stage {
        case .ready:
            stage = .draining
            return [.sendGoAway(nil)] + closeIfDrained()
        case .handshaking, .greeting: return end(.closed)
        case .draining, .closed: return []
        }
    }

    private mutating func closeIfDrained() -> Few<Action> {
        guard stage == .draining, calls.count == withdrawn.count else { return [] }
        stage = .closed
        return [.ended([], nil), .close]
    }

    private mutating func violate(_ error: FrameError) -> Few<Action> {
        [.sendGoAway(error)] + end(.unsupported("the server broke the protocol: \(error)"))
    }

    private mutating func end(_ error: EntitledError) -> Few<Action> {
        switch stage {
        case .handshaking, .greeting:
            stage = .closed
            return [.connectFailed(error), .close]
        case .ready, .draining:
            stage = .closed
            // In the order in which they were sent.
            let lost = calls.values.sorted { $0.number < $1.number }
            calls = [:]
            return [.ended(lost, error), .close]
        case .closed: return []
        }
    }
}
