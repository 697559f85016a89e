import EntitledCore
import EntitledWire
import NIOCore
import Testing

@testable import EntitledClient

/// A connection's logic, told as what happens and what it wants done.
struct ConnectionStateTests {
    typealias Event = ConnectionState.Event
    typealias Action = ConnectionState.Action

    struct Script: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var steps: [@Sendable () -> (Event, [Action])]

        init(_ description: String, _ steps: [@Sendable () -> (Event, [Action])]) {
            testDescription = description
            self.steps = steps
        }
    }

    static let start = ContinuousClock.now
    static let body = ByteBuffer(string: "body")
    static let welcome = ConnectionState.Welcome(maximumFrameBytes: 1 << 20, maximumCalls: 10)
    static let lost = EntitledError(.unavailable, "lost")
    static let drain = EntitledError(.draining, "going down")
    static let revoked = EntitledError(.badCredentials, "revoked")

    static func at(_ seconds: Int) -> ContinuousClock.Instant { start + .seconds(seconds) }
    static func a(_ number: Int) -> AttemptID { AttemptID(number: number) }
    static func got(_ inbound: ConnectionState.Inbound, _ seconds: Int = 0) -> Event {
        .received(inbound, now: at(seconds))
    }
    static func error(_ reason: ErrorReason, in actions: [Action]) -> Bool {
        actions.contains { action in
            switch action {
            case .connectFailed(let error), .ended(_, let error?): error.reason == reason
            case .sendHello, .welcome, .sendRequest, .bounce, .sendCancel, .sendPing, .sendPong, .sendGoAway,
                .deliver, .drain, .ended, .wake, .close:
                false
            }
        }
    }

    /// To a connection that is ready.
    static let greeting: [@Sendable () -> (Event, [Action])] = [
        { (.timer(now: at(0)), [.wake(at: at(5))]) },
        { (.established(applicationProtocol: "entitled/1", now: at(0)), [.sendHello]) },
        { (got(.welcome(welcome)), [.welcome(welcome), .wake(at: at(30))]) },
    ]

    static let scripts = [
        Script("hello, welcome", greeting),
        Script(
            "answers in any order, and the id is used no more until then",
            greeting + [
                { (.call(a(1)), [.sendRequest(callID: 1)]) },
                { (.call(a(2)), [.sendRequest(callID: 2)]) },
                { (got(.response(callID: 2, body)), [.deliver(a(2), body)]) },
                { (got(.response(callID: 2, body)), []) },
                { (.call(a(3)), [.sendRequest(callID: 3)]) },
                { (got(.response(callID: 1, body)), [.deliver(a(1), body)]) },
            ]),
        Script(
            "a withdrawn call is cancelled, and its response still taken",
            greeting + [
                { (.call(a(1)), [.sendRequest(callID: 1)]) },
                { (.withdraw(a(1)), [.sendCancel(callID: 1)]) },
                { (.withdraw(a(2)), []) },
                { (got(.response(callID: 1, body)), [.deliver(a(1), body)]) },
                { (.withdraw(a(1)), []) },
            ]),
        Script(
            "a call before the welcome bounces",
            [{ (.call(a(1)), [.bounce(a(1))]) }, { (.withdraw(a(1)), []) }]),
        Script(
            "no other protocol",
            [
                {
                    (
                        .established(applicationProtocol: nil, now: at(0)),
                        [.connectFailed(.unsupported("the server doesn't speak entitled/1")), .close]
                    )
                },
                { (.closed(nil), []) },
            ]),
        Script(
            "no welcome in time",
            [
                { (.established(applicationProtocol: "entitled/1", now: at(0)), [.sendHello]) },
                { (.timer(now: at(4)), [.wake(at: at(5))]) },
                {
                    (
                        .timer(now: at(5)),
                        [
                            .connectFailed(EntitledError(.unavailable, "the server didn't say welcome in time")),
                            .close,
                        ]
                    )
                },
                { (.timer(now: at(6)), []) },
            ]),
        Script(
            "bad credentials",
            [
                { (.established(applicationProtocol: "entitled/1", now: at(0)), [.sendHello]) },
                { (got(.goAway(revoked, drains: false)), [.connectFailed(revoked), .close]) },
                { (got(.welcome(welcome)), []) },
            ]),
        Script(
            "a drain lets calls finish, takes no more, and closes",
            greeting + [
                { (.call(a(1)), [.sendRequest(callID: 1)]) },
                { (got(.goAway(drain, drains: true)), [.drain]) },
                { (got(.goAway(drain, drains: true)), []) },
                { (.call(a(2)), [.bounce(a(2))]) },
                { (got(.response(callID: 1, body)), [.deliver(a(1), body), .ended([], nil), .close]) },
                { (.closed(nil), []) },
            ]),
        Script(
            "a drain without calls closes at once",
            greeting + [{ (got(.goAway(drain, drains: true)), [.drain, .ended([], nil), .close]) }]),
        Script(
            "a graver goaway ends a drain",
            greeting + [
                { (.call(a(1)), [.sendRequest(callID: 1)]) },
                { (got(.goAway(drain, drains: true)), [.drain]) },
                { (got(.goAway(revoked, drains: false)), [.ended([a(1)], revoked), .close]) },
            ]),
        Script(
            "a loss takes the calls with it",
            greeting + [
                { (.call(a(1)), [.sendRequest(callID: 1)]) },
                { (.call(a(2)), [.sendRequest(callID: 2)]) },
                { (.closed(lost), [.ended([a(1), a(2)], lost), .close]) },
                { (.call(a(3)), [.bounce(a(3))]) },
                { (.abort, []) },
            ]),
        Script(
            "a farewell of our own waits for the calls",
            greeting + [
                { (.call(a(1)), [.sendRequest(callID: 1)]) },
                { (.finish, [.sendGoAway(nil)]) },
                { (.finish, []) },
                { (got(.response(callID: 1, body)), [.deliver(a(1), body), .ended([], nil), .close]) },
            ]),
        Script(
            "a farewell doesn't wait for calls that nobody waits for",
            greeting + [
                { (.call(a(1)), [.sendRequest(callID: 1)]) },
                { (.call(a(2)), [.sendRequest(callID: 2)]) },
                { (.call(a(3)), [.sendRequest(callID: 3)]) },
                { (.withdraw(a(1)), [.sendCancel(callID: 1)]) },
                { (.withdraw(a(2)), [.sendCancel(callID: 2)]) },
                { (got(.response(callID: 1, body)), [.deliver(a(1), body)]) },
                { (.finish, [.sendGoAway(nil)]) },
                { (.withdraw(a(3)), [.sendCancel(callID: 3), .ended([], nil), .close]) },
            ]),
        Script("a farewell without calls", greeting + [{ (.finish, [.sendGoAway(nil), .ended([], nil), .close]) }]),
        Script(
            "an abort doesn't wait",
            greeting + [
                { (.call(a(1)), [.sendRequest(callID: 1)]) },
                { (.abort, [.ended([a(1)], .closed), .close]) },
            ]),
        Script(
            "pings are answered, and any frame is a sign of life",
            greeting + [
                { (got(.ping(token: 7), 10), [.sendPong(token: 7)]) },
                { (.timer(now: at(30)), [.wake(at: at(40))]) },
                { (.timer(now: at(40)), [.sendPing, .wake(at: at(55))]) },
                { (got(.pong, 41), []) },
                { (.timer(now: at(55)), [.wake(at: at(71))]) },
            ]),
        Script(
            "a dead server is given up",
            greeting + [
                { (.call(a(1)), [.sendRequest(callID: 1)]) },
                { (.timer(now: at(30)), [.sendPing, .wake(at: at(45))]) },
                {
                    (
                        .timer(now: at(45)),
                        [.ended([a(1)], EntitledError(.unavailable, "the server has fallen silent")), .close]
                    )
                },
            ]),
        Script(
            "items and pongs that nobody waits for are passed over",
            greeting + [{ (got(.item), []) }, { (got(.pong), []) }, { (got(.response(callID: 9, body)), []) }]),
    ]

    @Test(arguments: scripts)
    func doesAsTold(script: Script) {
        var state = ConnectionState(timing: .init(welcomeBy: Self.at(5), silence: .seconds(30)))
        for (number, step) in script.steps.enumerated() {
            let (event, actions) = step()
            #expect(Array(state.handle(event)) == actions, "step \(number + 1)")
        }
    }

    static let violations: [ConnectionState.Inbound] = [
        .violation(.tooShort(lengthBytes: 2)), .violation(.unexpected(.hello)), .welcome(welcome),
    ]

    @Test(arguments: violations)
    func aServerThatBreaksTheProtocolIsTold(inbound: ConnectionState.Inbound) {
        var state = ConnectionState(timing: .init(welcomeBy: Self.at(5), silence: .seconds(30)))
        for step in Self.greeting { _ = state.handle(step().0) }
        let actions = Array(state.handle(Self.got(inbound)))
        guard case .sendGoAway(.some) = actions.first else {
            Issue.record("no goaway: \(actions)")
            return
        }
        #expect(Self.error(.unsupportedServer, in: actions))
        #expect(actions.last == .close)
    }

    @Test(arguments: [
        ConnectionState.Inbound.response(callID: 1, body), .item, .ping(token: 1), .pong,
    ])
    func nothingComesBeforeTheWelcome(inbound: ConnectionState.Inbound) {
        var state = ConnectionState(timing: .init(welcomeBy: Self.at(5), silence: .seconds(30)))
        _ = state.handle(.established(applicationProtocol: "entitled/1", now: Self.start))
        let actions = Array(state.handle(Self.got(inbound)))
        #expect(Self.error(.unsupportedServer, in: actions))
        #expect(actions.last == .close)
    }
}
