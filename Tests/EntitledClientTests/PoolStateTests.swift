import EntitledCore
import Testing

@testable import EntitledClient

/// The pool's logic, told as what happens and what it wants done.
struct PoolStateTests {
    typealias Event = PoolState.Event
    typealias Action = PoolState.Action

    struct Script: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var connections = 1
        var line = 10
        var steps: [(Event, [Action])]
    }

    /// Stands for an event loop.
    final class Loop: Sendable {
        var id: LoopID { LoopID(self) }
    }

    static let here = Loop()
    static let there = Loop()
    static let down = EntitledError(.unavailable, "down")
    static let revoked = EntitledError(.badCredentials, "revoked")

    static func a(_ number: Int) -> AttemptID { AttemptID(number: number) }
    static func c(_ number: Int) -> ConnectionID { ConnectionID(number: number) }
    static func up(_ number: Int, _ calls: Int = 10, on loop: Loop = here) -> Event {
        .connected(c(number), maximumCalls: calls, on: loop.id)
    }
    static func send(_ attempt: Int, _ connection: Int) -> Action { .send(a(attempt), c(connection)) }

    static let scripts = [
        Script(
            testDescription: "the first call opens a connection and waits for it",
            steps: [
                (.wanted(a(1)), [.open(c(1))]), (.wanted(a(2)), []), (up(1), [send(1, 1), send(2, 1)]),
                (.wanted(a(3)), [send(3, 1)]),
            ]),
        Script(
            testDescription: "a busy one is joined by another, and the least busy is taken", connections: 2,
            steps: [
                (.wanted(a(1)), [.open(c(1))]), (up(1), [send(1, 1)]), (.wanted(a(2)), [send(2, 1), .open(c(2))]),
                (.wanted(a(3)), [send(3, 1)]), (up(2), []), (.wanted(a(4)), [send(4, 2)]),
                (.wanted(a(5)), [send(5, 2)]), (.finished(c(1)), []), (.finished(c(1)), []),
                (.wanted(a(6)), [send(6, 1)]),
            ]),
        Script(
            testDescription: "a call from an event loop takes a connection of its own, and opens one if there is none",
            connections: 2,
            steps: [
                (.wanted(a(1), on: here.id), [.open(c(1), on: here.id)]), (up(1), [send(1, 1)]),
                (.finished(c(1)), []), (.wanted(a(2), on: here.id), [send(2, 1)]),
                (.finished(c(1)), []), (.wanted(a(3), on: there.id), [send(3, 1), .open(c(2), on: there.id)]),
                (up(2, 2, on: there), []), (.wanted(a(4), on: there.id), [send(4, 2)]),
                (.wanted(a(5), on: there.id), [send(5, 2)]), (.wanted(a(6), on: there.id), [send(6, 1)]),
                (.wanted(a(7), on: here.id), [send(7, 1)]),
            ]),
        Script(
            testDescription: "the server's bound on calls in flight is kept",
            steps: [
                (.wanted(a(1)), [.open(c(1))]), (up(1, 1), [send(1, 1)]), (.wanted(a(2)), []), (.wanted(a(3)), []),
                (.finished(c(1)), [send(2, 1)]), (.finished(c(1)), [send(3, 1)]),
            ]),
        Script(
            testDescription: "of those that wait, as many are sent as answers have come",
            steps: [
                (.wanted(a(1)), [.open(c(1))]), (up(1, 2), [send(1, 1)]), (.wanted(a(2)), [send(2, 1)]),
                (.wanted(a(3)), []), (.wanted(a(4)), []), (.wanted(a(5)), []),
                (.finished(c(1), calls: 2), [send(3, 1), send(4, 1)]), (.finished(c(1)), [send(5, 1)]),
            ]),
        Script(
            testDescription: "who leaves the line is not served",
            steps: [
                (.wanted(a(1)), [.open(c(1))]), (.wanted(a(2)), []),
                (.withdrawn(a(1)), []), (up(1), [send(2, 1)]),
            ]),
        Script(
            testDescription: "one too many in the line knows it at once", line: 1,
            steps: [
                (.wanted(a(1)), [.open(c(1))]), (.wanted(a(2)), [.fail(a(2), .waitingIsFull)]), (up(1), [send(1, 1)]),
            ]),
        Script(
            testDescription: "a failure is told to whoever waits, and nothing is opened for a while",
            steps: [
                (.wanted(a(1)), [.open(c(1))]),
                (.connectFailed(c(1), down), [.pause(failures: 1), .fail(a(1), down)]), (.wanted(a(2)), []),
                (.resumed, [.open(c(2))]),
                (.connectFailed(c(2), down), [.pause(failures: 2), .fail(a(2), down)]), (.resumed, []),
                (.wanted(a(3)), [.open(c(3))]), (up(3), [send(3, 3)]),
            ]),
        Script(
            testDescription: "with bad credentials nobody waits",
            steps: [
                (.wanted(a(1)), [.open(c(1))]),
                (.connectFailed(c(1), revoked), [.pause(failures: 1), .fail(a(1), revoked)]),
                (.wanted(a(2)), [.fail(a(2), revoked)]), (.resumed, []), (.wanted(a(3)), [.open(c(2))]),
            ]),
        Script(
            testDescription: "a drained one takes no calls and is replaced",
            steps: [
                (.wanted(a(1)), [.open(c(1))]), (up(1), [send(1, 1)]), (.draining(c(1)), [.open(c(2))]),
                (.wanted(a(2)), []), (up(2), [send(2, 2)]), (.finished(c(1)), []),
                (.ended(c(1), nil), []),
            ]),
        Script(
            testDescription: "a proven one that is lost is replaced at once",
            steps: [
                (.wanted(a(1)), [.open(c(1))]), (up(1), [send(1, 1)]), (.finished(c(1)), []),
                (.wanted(a(2)), [send(2, 1)]), (.ended(c(1), down), [.open(c(2))]),
            ]),
        Script(
            testDescription: "one that never answered is not",
            steps: [
                (.wanted(a(1)), [.open(c(1))]), (up(1), [send(1, 1)]),
                (.ended(c(1), down), [.pause(failures: 1)]),
            ]),
        Script(
            testDescription: "what a connection couldn't send goes on another",
            steps: [
                (.wanted(a(1)), [.open(c(1))]), (up(1), [send(1, 1)]), (.draining(c(1)), [.open(c(2))]),
                (.bounced(c(1), a(1)), []), (up(2), [send(1, 2)]), (.bounced(c(1), nil), []),
            ]),
        Script(
            testDescription: "what can't be sent at all gives its place back",
            steps: [
                (.wanted(a(1)), [.open(c(1))]), (up(1, 1), [send(1, 1)]), (.wanted(a(2)), []),
                (.rejected(c(1)), [send(2, 1)]),
            ]),
        Script(
            testDescription: "a shutdown lets calls in flight finish",
            steps: [
                (.wanted(a(1)), [.open(c(1))]), (up(1, 1), [send(1, 1)]), (.wanted(a(2)), []),
                (.shutdown(now: false), [.fail(a(2), .closed), .finish(c(1))]),
                (.wanted(a(3)), [.fail(a(3), .closed)]), (.finished(c(1)), []),
                (.ended(c(1), nil), [.drained]),
            ]),
        Script(
            testDescription: "a shutdown with no time to lose",
            steps: [
                (.wanted(a(1)), [.open(c(1))]), (up(1), [send(1, 1)]), (.shutdown(now: false), [.finish(c(1))]),
                (.shutdown(now: true), [.abort(c(1))]),
                (.ended(c(1), .closed), [.drained]),
            ]),
        Script(
            testDescription: "who connects after the shutdown is turned away",
            steps: [
                (.wanted(a(1)), [.open(c(1))]), (.shutdown(now: false), [.fail(a(1), .closed), .drained]),
                (up(1), [.abort(c(1))]), (.ended(c(1), .closed), []), (.resumed, []),
            ]),
    ]

    @Test(arguments: scripts)
    func doesAsTold(script: Script) {
        var state = PoolState(connections: script.connections, line: script.line)
        for (number, (event, actions)) in script.steps.enumerated() {
            #expect(Array(state.handle(event)) == actions, "step \(number + 1)")
        }
    }

    @Test func theLineKeepsItsOrderWhoeverLeaves() {
        var line = WaitingLine()
        for number in 1...1000 { line.append(Self.a(number)) }
        let left = (1...1000).filter { !$0.isMultiple(of: 7) && line.remove(Self.a($0)) }
        #expect(left.count == 858)
        let leftTwice = line.remove(Self.a(1))
        #expect(!leftTwice)
        for number in 1001...1003 { line.append(Self.a(number)) }
        var served: [Int] = []
        while let attempt = line.popFirst() { served.append(attempt.number) }
        #expect(served == (1...1000).filter { $0.isMultiple(of: 7) } + [1001, 1002, 1003])
        #expect(line.isEmpty)
    }
}
